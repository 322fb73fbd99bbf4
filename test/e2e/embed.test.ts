import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { root } from '../support/sourceCode.ts';
import { test } from '../support/world.ts';

test('E2E24 a plain page embeds the board in a shadow root, with live stories', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');

  const dashboard = await (await world.newVisitor('Bob')).open(`${relay.origin}/dashboard.html`);
  expect(await dashboard.locator('huskies-pipeline').count()).toBe(3);
  expect(dashboard.workers().length).toBe(1);
  // Of the three, the one that shows everything.
  await dashboard.evaluate(() => {
    for (const small of document.querySelectorAll('huskies-pipeline.small')) small.remove();
  });
  const embedded = await boardOn(dashboard);
  await eventually(embedded.shown).toEqual({ '1_backlog': ['1 One, story'] });
  const host = dashboard.locator('huskies-pipeline').first();
  expect(await host.evaluate((element) => element.shadowRoot?.mode)).toBe('open');
  // Nothing of it lies in the page around it, whose styles and ids it must not meet.
  const outside = await dashboard.evaluate(
    () => document.querySelectorAll('[data-item-id]').length,
  );
  expect(outside).toBe(0);

  await ann.moveStory('One', 'QA');
  await eventually(embedded.shown).toEqual({ '3_qa': ['1 One, story'] });
  await embedded.moveStory('One', 'Done');
  await eventually(ann.shown).toEqual({ '5_done': ['1 One, story'] });
});

test('E2E82 a page of another origin, under a strict policy, embeds the board; three share one replica that is its own', async ({
  world,
}) => {
  const site = await world.serveHostSite();
  const relay = await world.startRelay({ config: `allow_origin = "${site.origin}"\n` });
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');
  const element = `<huskies-pipeline relay="${relay.address}"></huskies-pipeline>`;
  site.pages.set('/', {
    html: `<script type="module" src="${relay.origin}/huskies-pipeline.js"></script>
      ${element}<huskies-pipeline relay="${relay.address}" readonly></huskies-pipeline>${element}`,
    policy: [
      "default-src 'none'",
      `script-src ${relay.origin}`,
      `worker-src blob: ${relay.origin}`,
      `connect-src ${relay.address.replace('/crdt-sync', '')}`,
      "style-src 'unsafe-inline'",
      'img-src data:',
    ].join('; '),
  });
  const bob = await world.newVisitor('Bob');
  const page = await bob.open(`${site.origin}/`);
  await page.locator('[data-phase=ready]').nth(2).waitFor();
  const names = () => page.locator('[data-item-id]').evaluateAll((cards) => cards.length);
  await eventually(names).toBe(3);
  // Workers inside of one count too.
  expect(page.workers().length).toBe(1);
  expect(new URL(page.workers()[0]!.url()).protocol).toBe('blob:');
  await ann.addStory('Two');
  await eventually(names).toBe(6);
  const databases = await page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name).sort(),
  );
  expect(databases).toEqual(['huskies-access', 'huskies:default']);

  // What it holds goes with the last of them.
  await page.evaluate(() => {
    for (const board of document.querySelectorAll('huskies-pipeline')) board.remove();
  });
  await eventually(() => page.workers().length).toBe(0);
});

test('E2E83 a listed site frames the board, read-only, and hears its height; another site cannot frame it', async ({
  world,
}) => {
  const site = await world.serveHostSite();
  const other = await world.serveHostSite();
  const relay = await world.startRelay({ config: `frame_ancestors = "${site.origin}"\n` });
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');
  const framed = (heights: string) => `
    <iframe id="board" title="Pipeline" src="${relay.origin}/embed.html?stages=1_backlog&heights=${heights}"></iframe>
    <script>
      addEventListener('message', ({ origin, source, data }) => {
        const frame = document.getElementById('board');
        if (origin !== '${relay.origin}' || source !== frame.contentWindow) return;
        if (data.type === 'huskies-height') frame.style.height = data.heightPx + 'px';
      });
    </script>`;
  site.pages.set('/', { html: framed(encodeURIComponent(site.origin)) });
  other.pages.set('/', { html: framed(encodeURIComponent(other.origin)) });

  const bob = await world.newVisitor('Bob');
  const page = await bob.open(`${site.origin}/`);
  const inside = page.frameLocator('#board');
  await inside.locator('[data-item-id]').waitFor();
  expect(await inside.getByRole('button', { name: 'Add story' }).count()).toBe(0);
  const height = () => page.locator('#board').evaluate((frame) => frame.clientHeight);
  await eventually(height).toBeGreaterThan(150);
  const scrolls = () =>
    inside
      .locator('.column-cards')
      .evaluateAll((lists) => lists.filter((list) => list.scrollHeight > list.clientHeight).length);
  await eventually(scrolls).toBe(0);
  const low = await height();
  for (const name of ['Two', 'Three', 'Four']) await ann.addStory(name);
  await eventually(height).toBeGreaterThan(low);
  await eventually(scrolls).toBe(0);

  const eve = await world.newVisitor('Eve');
  eve.expectErrors(/frame-ancestors/);
  const trap = await eve.open(`${other.origin}/`);
  const refused = () => trap.frames().some((frame) => frame.url().startsWith('chrome-error:'));
  await eventually(refused).toBe(true);
});

test('E2E84 the snippets of docs/embedding.md show the board as they stand', async ({ world }) => {
  const site = await world.serveHostSite();
  const { origin } = site;
  const relay = await world.startRelay({
    config: `allow_origin = "${origin}"\nframe_ancestors = "${origin}"\n`,
  });
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');
  const text = readFileSync(join(root, 'docs/embedding.md'), 'utf8')
    .replaceAll('http://127.0.0.1:3001', relay.origin)
    .replaceAll('ws://127.0.0.1:3001/crdt-sync', relay.address)
    .replaceAll('https://relay.example', relay.origin)
    .replaceAll('https://dashboard.example', origin);
  const snippets = (mark: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^\`\`\`html ${mark}\\n(.*?)^\`\`\`$`, 'gms'))].map(
      ([, html]) => html!,
    );
  const embeds = snippets('embed');
  const frames = snippets('frame');
  expect([embeds.length, frames.length]).toEqual([3, 2]);
  for (const [index, html] of embeds.entries()) site.pages.set(`/${index}`, { html });
  const framed = frames
    .join('')
    .replace('stages=', `heights=${encodeURIComponent(origin)}&stages=`);
  site.pages.set('/frame', { html: framed });

  const bob = await world.newVisitor('Bob');
  const pages = await Promise.all(embeds.map((_, index) => bob.open(`${origin}/${index}`)));
  for (const page of pages) await page.locator('[data-item-id]').waitFor();
  const [, listening] = pages;
  await eventually(() => listening!.locator('#count').textContent()).toBe('1 stories');
  await listening!.locator('.card-open').click();
  await eventually(() => new URL(listening!.url()).hash).toBe('#1_story_one');
  expect(await listening!.getByRole('dialog').count()).toBe(0);

  const frame = await bob.open(`${origin}/frame`);
  await frame.frameLocator('iframe').locator('[part="column"]').first().waitFor();
  await eventually(() => frame.locator('iframe').getAttribute('style')).toContain('height');
});

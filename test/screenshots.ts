/**
 * Pictures of every view, light and dark, wide and on a phone, and of an embed, for looking at:
 * `npm run screenshots [folder]`. From a small pipeline through a relay of its own.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { views } from '../src/ui/views.ts';
import { launchBrowser } from './support/browser.ts';
import { startRelay } from './support/relayProcess.ts';
import { seedStories } from './support/seededStories.ts';
import { root } from './support/sourceCode.ts';

const folder = resolve(process.argv[2] ?? join(root, 'screenshots'));
const WIDE = { width: 1440, height: 860 };
const PHONE = { width: 390, height: 800 };

mkdirSync(folder, { recursive: true });
const relay = await startRelay();
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(relay.origin);
  await seedStories(page);
  for (const { name, prepare, search } of scenes()) {
    for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
      await page.setViewportSize(viewport);
      await page.goto(`${relay.origin}/${search}`);
      await page.locator('[data-phase=ready]').waitFor();
      await page.locator('[data-socket=open][data-sync=live]').waitFor();
      await prepare(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      }
    }
  }
  await page.setViewportSize({ width: 900, height: 700 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${relay.origin}/embed.html`);
    await page.locator('[data-phase=ready]').waitFor();
    await page.screenshot({ path: join(folder, `embed-${colorScheme}.png`) });
  }
  await page.setViewportSize(WIDE);
  await page.goto(`${relay.origin}/dashboard.html`);
  await page.locator('[data-phase=ready] [data-item-id]').first().waitFor();
  await page.screenshot({ path: join(folder, 'dashboard.png'), fullPage: true });
} finally {
  await browser.close();
  await relay.dispose();
}
console.log(`The pictures are in ${folder}`);

interface Scene {
  readonly name: string;
  readonly search: string;
  prepare(page: Page): Promise<void>;
}

function scenes(): readonly Scene[] {
  const firstCard = '[data-item-id] .card-open';
  return [
    { name: 'board', search: '', prepare: async () => {} },
    {
      name: 'story',
      search: '',
      prepare: async (page) => {
        await page.locator(firstCard).first().click();
        await page.getByRole('button', { name: 'History', exact: true }).click();
        await page.locator('[data-op]').first().waitFor();
      },
    },
    {
      name: 'add',
      search: '',
      prepare: async (page) => {
        await page.keyboard.press('c');
        await page.getByRole('dialog', { name: 'Add a story' }).waitFor();
      },
    },
    {
      name: 'palette',
      search: '',
      prepare: async (page) => {
        await page.keyboard.press('ControlOrMeta+k');
        await page.getByRole('combobox').waitFor();
      },
    },
    {
      name: 'import',
      search: '',
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Files', exact: true }).click();
        await page.getByRole('menuitem', { name: 'Import…' }).click();
        const text =
          'story_id,name,retry_count,colour\n31_story_read_ice,Read the ice,0,blue\n32_bug_tent,A tent peg too few,many,red\n33_story_lamp,A lamp for each sled,0,red\n';
        await page.locator('.import input[type=file]').setInputFiles({
          name: 'stories.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(text),
        });
        await page.locator('[data-import=stories]').waitFor();
      },
    },
    ...views.map(
      ({ name }): Scene => ({
        name,
        search: `?view=${name}`,
        prepare: async (page) => {
          await page.locator('.huskies h2').first().waitFor();
          await page.locator('.flow[data-state=reading]').waitFor({ state: 'detached' });
          if (name === 'graph') await page.locator('[data-graph=laid]').waitFor();
          if (name === 'agents') await page.locator('.agents-lane').first().waitFor();
        },
      }),
    ),
  ];
}

import { expect } from 'vitest';
import { boardOn, eventually, openBoard } from '../support/boardPage.ts';
import { test } from '../support/world.ts';

test('E2E24 a plain page embeds the board in a shadow root, with live stories', async ({
  world,
}) => {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');

  const dashboard = await (await world.newVisitor('Bob')).open(`${relay.origin}/dashboard.html`);
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

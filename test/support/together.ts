/** Two people with a board each, on one relay; and what browser tests ask of the focus. */
import type { Page } from 'playwright-core';
import { type BoardPage, eventually, openBoard } from './boardPage.ts';
import { failedDials } from './browser.ts';
import type { World } from './world.ts';

export interface Together {
  readonly ann: BoardPage;
  readonly bob: BoardPage;
}

/** Both show the stories, which Ann adds. */
export async function startTogether(world: World, stories: readonly string[]): Promise<Together> {
  const relay = await world.startRelay();
  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  const bob = await openBoard(await world.newVisitor('Bob'), relay.origin);
  for (const story of stories) await ann.addStory(story);
  for (const story of stories) await bob.card(story).waitFor();
  return { ann, bob };
}

export interface TogetherOrApart extends Together {
  /** Both give the story another name while neither hears the other. Says which stands. */
  renameApart(story: string): Promise<{ readonly won: string; readonly lost: string }>;
}

/** With a relay that can go away, as the page comes from elsewhere. */
export async function startTogetherOrApart(world: World): Promise<TogetherOrApart> {
  const page = await world.servePage();
  const relay = await world.startRelay({ config: `allow_origin = "${page.origin}"\n` });
  const open = async (name: string): Promise<BoardPage> => {
    const visitor = await world.newVisitor(name);
    visitor.expectErrors(failedDials);
    return openBoard(visitor, `${page.origin}/?relay=${relay.address}`);
  };
  const [ann, bob] = [await open('Ann'), await open('Bob')];
  return {
    ann,
    bob,
    async renameApart(story) {
      await bob.card(story).waitFor();
      await ann.untilInSync();
      await relay.stop();
      await Promise.all([ann.untilOffline(), bob.untilOffline()]);
      await ann.editStory(story, { Name: 'Of Ann' });
      await bob.editStory(story, { Name: 'Of Bob' });
      await relay.restart();
      for (const board of [ann, bob]) {
        await board.reconnect();
        await board.untilInSync();
      }
      await eventually(async () => JSON.stringify(await ann.shown())).toBe(
        JSON.stringify(await bob.shown()),
      );
      const hasAnnWon = (await ann.card('Of Ann').count()) === 1;
      return hasAnnWon ? { won: 'Of Ann', lost: 'Of Bob' } : { won: 'Of Bob', lost: 'Of Ann' };
    },
  };
}

/** Label of what has the focus, or its text; in shadow roots too. */
export function focusedLabel(page: Page): Promise<string> {
  return page.evaluate(() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused?.getAttribute('aria-label') ?? focused?.textContent ?? '';
  });
}

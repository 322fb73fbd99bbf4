// @vitest-environment jsdom
import { screen, within } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import type { CommandRefusal } from '../../worker/api.ts';
import { EMPTY_FIELDS, itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  card,
  cardButton,
  clickIn,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

vi.mock('../../src/ui/dragging.ts', () => ({
  createDragging: (_picture: HTMLElement, handlers: DragHandlers) => {
    dragged.handlers = handlers;
    return {
      armCard: () => {},
      addColumn: () => () => {},
      cancel: () => {},
      destroy: () => {},
    };
  },
}));

interface DragHandlers {
  onStart(id: string): void;
  onOver(stage: string | null): void;
  onEnd(id: string, stage: string | null): void;
}
const dragged = vi.hoisted(() => ({ handlers: null as DragHandlers | null }));

test('UI16 "Move to…" opens on the next stage, and the focus goes with the card', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  cardButton(1).focus();
  press('m');
  // In jsdom a popover is hidden for ever, and what is hidden has no name.
  const menu = screen.getByRole('menu');
  expect(menu.getAttribute('aria-label')).toBe('Move 1 to');
  const choices = within(menu)
    .getAllByRole('menuitemradio')
    .map((choice) => choice.dataset['stage']);
  expect(choices).toEqual(['1_backlog', '2_current', '3_qa', '4_merge', '5_done', '6_archived']);
  expect(document.activeElement?.getAttribute('data-stage')).toBe('2_current');
  press('ArrowDown');
  expect(document.activeElement?.getAttribute('data-stage')).toBe('3_qa');
  press('End');
  press('ArrowDown');
  expect(document.activeElement?.getAttribute('data-stage')).toBe('1_backlog');
  press('4');
  await eventually(() => expect(announced()).toBe('1 moved to Merge.'));
  expect(menu.isConnected).toBe(false);
  await eventually(() =>
    expect(shownCards()).toEqual({ '1_backlog': ['2 S2, story'], '4_merge': ['1 S1, story'] }),
  );
  expect([focused(), card(1).contains(document.activeElement)]).toEqual(['1 S1, story', true]);
  expect(fake.commands).toEqual([{ type: 'edit', id: itemId(1), fields: { stage: '4_merge' } }]);
});

test('UI17 Escape leaves the menu with nothing changed and the focus on the card', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('m');
  press('Escape');
  expect(screen.queryByRole('menu')).toBeNull();
  expect([focused(), fake.commands]).toEqual(['1 S1, story', []]);
});

test('UI18 a card dropped on a column moves there, and one given up does not', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  await eventually(() => expect(dragged.handlers).not.toBeNull());
  const handlers = dragged.handlers as DragHandlers;
  handlers.onStart(itemId(1));
  handlers.onOver('3_qa');
  const target = document.querySelector('section[data-stage="3_qa"]');
  expect(target?.textContent).toContain('Drop to move to QA');
  handlers.onEnd(itemId(1), '3_qa');
  await eventually(() => expect(announced()).toBe('1 moved to QA, place 1 of 1.'));
  expect(target?.textContent).not.toContain('Drop to move to QA');

  handlers.onStart(itemId(2));
  handlers.onOver('1_backlog');
  expect(screen.queryByText('Drop to move to Backlog')).toBeNull();
  handlers.onEnd(itemId(2), null);
  expect(fake.commands).toEqual([{ type: 'edit', id: itemId(1), fields: { stage: '3_qa' } }]);
});

test('UI19 b blocks a story and takes the block away', async () => {
  await boardOnFake({ items: [story(1)] });
  cardButton(1).focus();
  press('b');
  await eventually(() => expect(announced()).toBe('1 is blocked.'));
  await eventually(() => expect(focused()).toBe('1 S1, story, blocked'));
  press('b');
  await eventually(() => expect(announced()).toBe('1 is no longer blocked.'));
  await eventually(() => expect(focused()).toBe('1 S1, story'));
});

test('UI20 a deleted story is brought back with all its fields, after its old place', async () => {
  const fields = {
    ...story(2).fields,
    agent: 'coder-1',
    depends_on: '1',
    claimed_by: 'node',
    claimed_at: 1763000047.441,
    retry_count: 3,
    blocked: true,
  };
  const { fake } = await boardOnFake({ items: [story(1), { id: itemId(2), fields }, story(3)] });
  cardButton(2).focus();
  press('Delete');
  await eventually(() => expect(screen.getByText('2 S2 deleted.')).toBeTruthy());
  await eventually(() => expect(focused()).toBe('3 S3, story'));
  clickIn('status', 'Messages', 'Undo');
  await eventually(() => expect(announced()).toBe('2 is back.'));
  expect(fake.commands).toEqual([
    { type: 'delete', id: itemId(2) },
    { type: 'add', fields, after: itemId(2) },
  ]);
  expect(fake.view().map((view) => view.fields.name)).toEqual(['S1', 'S2', 'S3']);
  await eventually(() => expect(focused()).toMatch(/^2 S2/));
});

test('UI21 undo by key leaves out registers that held no value, and is offered again if refused', async () => {
  const { fake } = await boardOnFake({ items: [story(1, { agent: null }), story(2)] });
  cardButton(1).focus();
  press('Delete');
  await eventually(() => expect(screen.getByText('1 S1 deleted.')).toBeTruthy());
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  fake.refuseNext('storage-full', '');
  press('u');
  const refused = await screen.findByText(/^1 could not be brought back/);
  expect(refused.textContent).toContain('no space left');
  press('u');
  await eventually(() => expect(announced()).toBe('1 is back.'));
  const { agent: _, ...rest } = story(1).fields;
  expect(fake.commands.at(-1)).toEqual({ type: 'add', fields: rest, after: itemId(1) });
  expect(fake.view()[0]?.fields).toEqual({ ...EMPTY_FIELDS, ...rest });
});

const refusals: readonly (readonly [CommandRefusal, RegExp])[] = [
  ['not-open', /not open yet/],
  ['no-such-item', /deleted meanwhile/],
  ['bad-value', /cannot be written \(why\)/],
  ['seq-exhausted', /can no longer be changed/],
  ['storage-full', /no space left/],
  ['storage-broken', /storage of this browser failed/],
  ['leader-lost', /went away before it answered/],
];

test.each(refusals)(
  'UI22 a refusal (%s) of a move, block or delete is said in words',
  async (reason, text) => {
    const { fake } = await boardOnFake({ items: [story(1)] });
    cardButton(1).focus();
    for (const [keys, what] of [
      [['m', '3'], '1 was not moved'],
      [['b'], '1 was not changed'],
      [['Delete'], '1 was not deleted'],
    ] as const) {
      fake.refuseNext(reason, 'why');
      for (const key of keys) press(key);
      const said = await screen.findByText((content) => content.startsWith(what));
      expect(said.textContent).toMatch(text);
    }
    expect(shownCards()).toEqual({ '1_backlog': ['1 S1, story'] });
  },
);

test('UI23 arrow keys go from story to story, and Tab stops once in a column', async () => {
  await boardOnFake({
    items: [story(1), story(2), story(3, { stage: '5_done' }), story(4, { stage: '5_done' })],
  });
  cardButton(1).focus();
  const steps = ['ArrowDown', 'ArrowDown', 'ArrowRight', 'End', 'ArrowLeft', 'Home', 'ArrowUp'];
  const path = steps.map((key) => {
    press(key);
    return focused().slice(0, 1);
  });
  // jsdom lays nothing out: all cards are at one height, and the first is the nearest.
  expect(path).toEqual(['2', '2', '3', '4', '1', '1', '1']);
  const stops = [...document.querySelectorAll('.card-open[tabindex="0"]')];
  expect(stops.map((stop) => stop.getAttribute('aria-label'))).toEqual([
    '1 S1, story',
    '4 S4, story',
  ]);
});

test('UI24 the focus stays on a card that others move, and passes on when they delete it', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2), story(3), story(4)] });
  cardButton(2).focus();
  fake.change({ type: 'update', id: itemId(2), fields: { stage: '3_qa' } });
  await eventually(() => expect(Object.keys(shownCards())).toEqual(['1_backlog', '3_qa']));
  expect([focused(), card(2).contains(document.activeElement)]).toEqual(['2 S2, story', true]);

  cardButton(3).focus();
  fake.change({ type: 'remove', id: itemId(3) });
  await eventually(() => expect(focused()).toBe('4 S4, story'));
  fake.change({ type: 'remove', id: itemId(4) });
  await eventually(() => expect(focused()).toBe('1 S1, story'));
});

test('UI25 the board takes no focus from what lies outside it', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  const outside = document.body.appendChild(document.createElement('input'));
  outside.focus();
  fake.change(
    { type: 'update', id: itemId(1), fields: { stage: '3_qa' } },
    { type: 'remove', id: itemId(2) },
  );
  await eventually(() => expect(shownCards()).toEqual({ '3_qa': ['1 S1, story'] }));
  expect(document.activeElement).toBe(outside);
  outside.remove();
});

// @vitest-environment jsdom
import { screen } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import type { DragHandlers } from '../../src/ui/dragging.ts';
import { itemId } from '../support/fakeReplica.ts';
import {
  announced,
  boardOnFake,
  card,
  cardButton,
  eventually,
  focused,
  press,
  shownCards,
  story,
} from './boardOnFake.tsx';

const dragged = vi.hoisted(() => ({ handlers: null as DragHandlers | null, cancels: 0 }));
vi.mock('../../src/ui/dragging.ts', () => ({
  createDragging: (_picture: HTMLElement, handlers: DragHandlers) => {
    dragged.handlers = handlers;
    return {
      armCard: () => {},
      addColumn: () => () => {},
      cancel: () => {
        dragged.cancels += 1;
      },
      destroy: () => {},
    };
  },
}));

const items = [story(1), story(2), story(3, { stage: '3_qa' }), story(4, { stage: '3_qa' })];

test('CARRY1 a story is picked up, carried from stage to stage and dropped, each step said', async () => {
  const { fake } = await boardOnFake({ items });
  cardButton(2).focus();
  const steps = [' ', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'End', 'ArrowRight'];
  const heard = steps.map((key) => {
    press(key);
    return announced();
  });
  expect(heard).toEqual([
    'Picked up 2 S2. Backlog, place 2 of 2. Arrow keys choose a stage, Enter drops, Escape leaves it where it was.',
    'Current, place 1 of 1.',
    'QA, place 1 of 3.',
    'Within a stage stories keep the order of the list, the same for everyone.',
    'Current, place 1 of 1.',
    'Archived, place 1 of 1.',
    'There is no stage beyond Archived.',
  ]);
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']) press(key);
  expect(announced()).toBe('QA, place 1 of 3.');
  // No other key does anything with something in the hand.
  press('b');
  press('Delete');
  press('Enter');
  await eventually(() => expect(announced()).toBe('2 moved to QA, place 1 of 3.'));
  await eventually(() => expect(shownCards()['3_qa']?.[0]).toBe('2 S2, story'));
  await eventually(() => expect(focused()).toBe('2 S2, story'));
  expect(card(2).contains(document.activeElement)).toBe(true);
  expect(fake.commands).toEqual([{ type: 'edit', id: itemId(2), fields: { stage: '3_qa' } }]);
});

test('CARRY2 Escape, a drop where it was, and a focus that goes elsewhere change nothing', async () => {
  const { fake } = await boardOnFake({ items });
  cardButton(1).focus();
  for (const key of [' ', 'ArrowRight', 'Escape']) press(key);
  expect([announced(), focused()]).toEqual(['1 stays in Backlog, place 1 of 2.', '1 S1, story']);
  for (const key of [' ', 'ArrowRight', 'Home']) press(key);
  expect(announced()).toBe('Backlog, place 1 of 2, where it was.');
  press(' ');
  expect(announced()).toContain('1 stays in Backlog, place 1 of 2.');
  for (const key of [' ', 'ArrowRight']) press(key);
  cardButton(2).focus();
  expect(announced()).toContain('1 stays in Backlog');
  press('Enter');
  expect(fake.commands).toEqual([]);
});

test('CARRY3 a held story that somebody moves or deletes is put down, an edit changes nothing', async () => {
  const { fake } = await boardOnFake({ items });
  cardButton(1).focus();
  for (const key of [' ', 'ArrowRight']) press(key);
  fake.change({ type: 'update', id: itemId(1), fields: { name: 'Other', agent: 'coder-1' } });
  await eventually(() => expect(focused()).toBe('1 Other, story, with coder-1'));
  expect(card(1).className).toContain('is-carried');
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '5_done' } });
  await screen.findByText('1 was put down: somebody moved it to Done meanwhile.');
  expect(card(1).className).not.toContain('is-carried');
  await eventually(() => expect(focused()).toBe('1 Other, story, with coder-1'));

  cardButton(2).focus();
  press(' ');
  fake.change({ type: 'remove', id: itemId(2) });
  await screen.findByText('2 was put down: somebody deleted it meanwhile.');
  expect(fake.commands).toEqual([]);
});

test('CARRY3 the same with a pointer, which lets go', async () => {
  const { fake } = await boardOnFake({ items });
  await eventually(() => expect(dragged.handlers).not.toBeNull());
  const handlers = dragged.handlers as DragHandlers;
  handlers.onStart(itemId(1));
  handlers.onOver('3_qa');
  fake.change({ type: 'update', id: itemId(1), fields: { stage: '2_current' } });
  await screen.findByText('1 was put down: somebody moved it to Current meanwhile.');
  expect(dragged.cancels).toBe(1);
  handlers.onEnd(itemId(1), null);
  expect(fake.commands).toEqual([]);
});

test('CARRY2 a board that may only be viewed from now on puts down what is held', async () => {
  const { fake, setReadonly } = await boardOnFake({ items });
  cardButton(1).focus();
  for (const key of [' ', 'ArrowRight']) press(key);
  setReadonly(true);
  expect(card(1).className).not.toContain('is-carried');
  press('Enter');
  expect(fake.commands).toEqual([]);
});

test('CARRY4 the card it would come before says so', async () => {
  await boardOnFake({ items: [...items, story(5)] });
  const marks = () =>
    [...document.querySelectorAll('[data-landing]')].map((element) => [
      element.getAttribute('data-story-id'),
      element.getAttribute('data-landing'),
      element.getAttribute('data-landing-at'),
    ]);
  cardButton(1).focus();
  for (const key of [' ', 'ArrowRight', 'ArrowRight']) press(key);
  expect(marks()).toEqual([['3_story_s3', '1 lands here', 'before']]);
  press('Escape');
  expect(marks()).toEqual([]);
  cardButton(5).focus();
  for (const key of [' ', 'ArrowRight', 'ArrowRight']) press(key);
  expect(marks()).toEqual([['4_story_s4', '5 lands here', 'after']]);
  press('Escape');
});

test('CARRY5 what is selected moves together, and is undone together', async () => {
  const { fake } = await boardOnFake({ items });
  cardButton(1).focus();
  press('x');
  cardButton(4).focus();
  press('x');
  press(' ');
  expect(announced()).toMatch(/^Picked up 2 stories\. QA, place 2 of 2\./);
  press('ArrowRight');
  press('Enter');
  await screen.findByText('2 stories moved to Merge.');
  await eventually(() => expect(shownCards()['4_merge']).toHaveLength(2));
  press('u');
  await eventually(() => expect(announced()).toBe('Undone: 2 stories moved to Merge.'));
  await eventually(() => expect(Object.keys(shownCards())).toEqual(['1_backlog', '3_qa']));
  expect(fake.commands).toHaveLength(4);
});

// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type GroupShape, layOutGroup } from '../../src/graph/groupLayout.ts';
import { itemId } from '../support/fakeReplica.ts';
import {
  type BoardOnFake,
  boardOnFake,
  eventually,
  focused,
  press,
  story,
} from './boardOnFake.tsx';

/** Sizes of the groups that were laid out, by request. */
const laid: number[][] = [];
let isWorking = true;

beforeEach(() => {
  laid.length = 0;
  isWorking = true;
  history.replaceState(null, '', '/?view=graph');
  vi.stubGlobal('Worker', layoutWorkerStandIn);
});

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, '', '/');
});

/** Answers as the worker does, in this thread. */
function layoutWorkerStandIn() {
  const worker = {
    onmessage: (_: { readonly data: unknown }): void => {},
    onerror: (): void => {},
    terminate: () => {},
    postMessage: (shapes: readonly GroupShape[]) => {
      laid.push(shapes.map(({ nodes }) => nodes));
      queueMicrotask(() =>
        isWorking ? worker.onmessage({ data: shapes.map(layOutGroup) }) : worker.onerror(),
      );
    },
  };
  return worker;
}

async function graphOnFake(items: Parameters<typeof story>[]): Promise<BoardOnFake> {
  const board = await boardOnFake({ items: items.map((args) => story(...args)) });
  await eventually(() => expect(document.querySelector('[data-graph=laid]')).not.toBeNull());
  return board;
}

const node = (number: number | string): HTMLElement => {
  const key = typeof number === 'number' ? itemId(number) : number;
  const found = document.querySelector<HTMLElement>(`[data-node="${key}"]`);
  if (found === null) throw new Error(`No node ${number}.`);
  return found;
};
const names = () => [...document.querySelectorAll('[data-node]')].map((each) => each.ariaLabel);
const update = (board: BoardOnFake, number: number, fields: object) =>
  board.fake.change({ type: 'update', id: itemId(number), fields });

test('DEP11 a node is named with its number, name, stage, what it waits for and what needs it; the table says the same', async () => {
  await graphOnFake([
    [1, { depends_on: '2, 9, 5' }],
    [2, { depends_on: '3', blocked: true, stage: '2_current' }],
    [3, { depends_on: '2' }],
    [4],
    [5, { stage: '5_done' }],
  ]);
  expect(names().sort()).toEqual([
    '1 S1, Backlog, waits for 2 and 9, after 5, done',
    '2 S2, Current, blocked, in a cycle with 3, waits for 3, needed by 1 and 3',
    '3 S3, Backlog, in a cycle with 2, waits for 2, needed by 2',
    '5 S5, Done, needed by 1',
    '9, not in this pipeline, needed by 1',
  ]);
  expect(screen.getByText('1 story stands alone')).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'List' }));
  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
  expect(rows.map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
    ['1 S1', 'Backlog', '2, 9, 5 (done)', '', ''],
    ['2 S2', 'Current', '3', '1, 3', 'blocked, in a cycle with 3'],
    ['3 S3', 'Backlog', '2', '2', 'in a cycle with 2'],
    ['5 S5', 'Done', '', '1', ''],
    ['9', 'not here', '', '1', ''],
  ]);
  fireEvent.click(within(rows[1] as HTMLElement).getByRole('button'));
  await eventually(() => expect(location.search).toContain('story=2_story_s2'));
});

test('DEP12 one node is a tab stop, arrow keys go on from it, and a story that was opened gives the focus back', async () => {
  await graphOnFake([
    [1],
    [2, { depends_on: '1' }],
    [3, { depends_on: '1' }],
    [4, { depends_on: '9' }],
  ]);
  const stops = () => [...document.querySelectorAll('[data-node][tabindex="0"]')];
  expect(stops()).toEqual([node(1)]);
  node(1).focus();
  const walked = ['ArrowRight', 'End', 'Home', 'ArrowLeft', 'ArrowLeft'].map((key) => {
    press(key);
    return focused().split(',')[0];
  });
  expect(walked).toEqual(['2 S2', '4 S4', '2 S2', '1 S1', '1 S1']);
  press('ArrowRight');
  expect(stops()).toEqual([node(2)]);
  fireEvent.click(node(2));
  await eventually(() => expect(location.search).toContain('story=2_story_s2'));
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Close' }));
  await eventually(() => expect(document.activeElement).toBe(node(2)));
  fireEvent.keyDown(node(2), { key: '/' });
  expect(document.activeElement?.matches('.filter-text')).toBe(true);
  press('Escape');
  expect(document.activeElement).toBe(node(2));
});

test('DEP13 a change of words redraws words; one of dependencies lays out its group, and the focus stays', async () => {
  const board = await graphOnFake([[1], [2, { depends_on: '1' }], [3], [4, { depends_on: '3' }]]);
  expect(laid).toEqual([[2, 2]]);
  const kept = node(2);
  kept.focus();
  update(board, 2, { name: 'Other', stage: '3_qa' });
  await eventually(() => expect(focused()).toBe('2 Other, QA, waits for 1'));
  update(board, 4, { depends_on: '3, 1' });
  await eventually(() => expect(node(1).ariaLabel).toContain('needed by 2 and 4'));
  expect([laid, document.activeElement === kept]).toEqual([[[2, 2], [4]], true]);
  board.fake.change({ type: 'remove', id: itemId(2) });
  await eventually(() => expect(focused()).toBe('1 S1, Backlog, needed by 4'));
});

test('DEP13 the filter above the graph says what it has, and a choice which done stories', async () => {
  await graphOnFake([
    [1, { stage: '5_done' }],
    [2, { depends_on: '1', agent: 'ann' }],
    [3, { depends_on: '2' }],
  ]);
  const field = document.querySelector<HTMLInputElement>('.filter-text');
  fireEvent.input(field as HTMLInputElement, { target: { value: 'agent:ann -s3' } });
  await eventually(() =>
    expect([...names()].sort()).toEqual([
      '1 S1, Done, beside the filter, needed by 2',
      '2 S2, Backlog, after 1, done, needed by 3',
      '3 S3, Backlog, beside the filter, waits for 2',
    ]),
  );
  fireEvent.change(screen.getByLabelText('Done stories'), { target: { value: 'none' } });
  await eventually(() =>
    expect([...names()].sort()).toEqual([
      '2 S2, Backlog, needed by 3',
      '3 S3, Backlog, beside the filter, waits for 2',
    ]),
  );
});

test('DEP14 only what is near a story is shown on request, and all again', async () => {
  const board = await graphOnFake([
    [1],
    [2, { depends_on: '1' }],
    [3, { depends_on: '2' }],
    [4, { depends_on: '3' }],
    [5],
    [6, { depends_on: '5' }],
  ]);
  node(1).focus();
  fireEvent.click(screen.getByRole('button', { name: 'Only near 1' }));
  await eventually(() => expect(names()).toHaveLength(3));
  fireEvent.change(screen.getByLabelText('Steps each way'), { target: { value: '1' } });
  await eventually(() => expect(names()).toHaveLength(2));
  fireEvent.click(screen.getByRole('button', { name: 'Only near 1', pressed: true }));
  await eventually(() => expect(names()).toHaveLength(6));
  node(2).focus();
  fireEvent.click(screen.getByRole('button', { name: 'Only near 2' }));
  await eventually(() => expect(names()).toHaveLength(4));
  press('Escape');
  await eventually(() => expect(names()).toHaveLength(6));
  node(5).focus();
  fireEvent.click(screen.getByRole('button', { name: 'Only near 5' }));
  await eventually(() => expect(names()).toHaveLength(2));
  board.fake.change({ type: 'remove', id: itemId(5) });
  await eventually(() => expect(names()).toHaveLength(6));
  expect(screen.queryByLabelText('Steps each way')).toBeNull();
});

test('DEP15 a group that is too large to draw is said, with stories to begin near', async () => {
  const chain = Array.from(
    { length: 302 },
    (_, index): Parameters<typeof story> => [
      index + 1,
      { depends_on: index % 3 === 0 ? '1' : String(index) },
    ],
  );
  await graphOnFake([...chain, [400], [401, { depends_on: '400' }]]);
  const note = screen.getByText(/^A group of 302 stories that hang together is too large/);
  expect([laid, names().length]).toEqual([[[2]], 2]);
  fireEvent.click(within(note.parentElement as HTMLElement).getByRole('button', { name: '1' }));
  await eventually(() => expect(names().length).toBeGreaterThan(20));
});

test('DEP16 when nothing can be laid out, that is said, and the table is there', async () => {
  isWorking = false;
  await boardOnFake({ items: [story(1), story(2, { depends_on: '1' })] });
  expect((await screen.findByText(/^The graph could not be laid out/)).textContent).toContain(
    'list',
  );
  expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(3);
});

test('DEP17 of a large drawing, what is around the view has elements, and the node with the focus', async () => {
  const pairs = Array.from(
    { length: 200 },
    (_, index): Parameters<typeof story> => [
      index + 1,
      { depends_on: index % 2 === 0 ? '' : String(index) },
    ],
  );
  await graphOnFake(pairs);
  const drawn = names().length;
  expect([drawn > 10, drawn < 100]).toEqual([true, true]);
  node(1).focus();
  press('End');
  expect([focused(), names().length]).toEqual(['199 S199, Backlog, needed by 200', drawn + 1]);
  // jsdom lays nothing out.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  const port = document.querySelector('.graph-port') as HTMLElement;
  port.scrollTop = 9300;
  fireEvent.scroll(port);
  expect([focused(), document.querySelector(`[data-node="${itemId(1)}"]`)]).toEqual([
    '199 S199, Backlog, needed by 200',
    null,
  ]);
  expect(node(190)).not.toBeNull();
  vi.restoreAllMocks();
});

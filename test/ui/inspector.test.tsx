// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fold, ROWS_MAX } from '../../src/ui/inspecting.ts';
import {
  bytesText,
  causeText,
  peerText,
  roundTripText,
  spaceText,
  storyText,
} from '../../src/ui/texts/inspector.ts';
import type { FrameEntry, Inspection, OpEntry, Query } from '../../worker/api.ts';
import { itemId } from '../support/fakeReplica.ts';
import { announced, boardOnFake, eventually, story } from './boardOnFake.tsx';

const AT_MS = new Date(2026, 0, 2, 3, 4, 5, 678).getTime();
const KEY = 'ab'.repeat(32);

beforeEach(() => {
  history.replaceState(null, '', '?view=inspector');
});

afterEach(() => {
  vi.useRealTimers();
  history.replaceState(null, '', '/');
});

const frame = (number: number, some: Partial<FrameEntry> = {}): FrameEntry => ({
  number,
  atMs: AT_MS,
  direction: 'in',
  kind: 'ack',
  bytes: 33,
  ops: 1,
  detail: '',
  ...some,
});

const op = (number: number, some: Partial<OpEntry> = {}): OpEntry => ({
  number,
  atMs: AT_MS,
  outcome: 'applied',
  key: KEY,
  op: { type: 'set', item: itemId(1), field: 'stage', signer: 'cd'.repeat(32) },
  why: '',
  ...some,
});

const inspection = (some: Partial<Inspection> = {}): Inspection => ({
  recorder: 'first',
  frames: [],
  ops: [],
  refusals: [],
  held: [],
  peer: null,
  roundTripsMs: [],
  ...some,
});

/** An inspector whose worker answers with what stands in `now`, and the queries it was asked. */
async function openInspector(first: Inspection) {
  const asked: Query[] = [];
  const worker = { now: first };
  const { fake, pipeline } = await boardOnFake({
    items: [story(1)],
    answer(query) {
      asked.push(query);
      return query.type === 'inspect'
        ? { type: 'inspect', inspection: worker.now }
        : { type: 'no-answer', reason: 'bad-query', detail: '' };
    },
  });
  await screen.findByRole('button', { name: 'Pause' });
  await eventually(() => expect(document.querySelector('[data-inspector=shown]')).not.toBeNull());
  return { fake, pipeline, asked, worker };
}

/** The cells of a table, row by row. */
function rows(name: string): readonly (readonly string[])[] {
  const table = screen.queryByRole('table', { name: new RegExp(`^${name}`) });
  return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ''),
  );
}

function fact(name: string): string | undefined {
  const term = [...document.querySelectorAll('dt')].find((dt) => dt.textContent === name);
  return term?.nextElementSibling?.textContent ?? undefined;
}

test('INS16 shows frames, edits, what waits, what was refused, and the state of the sync', async () => {
  await openInspector(
    inspection({
      frames: [
        frame(1, { direction: 'out', kind: 'greeting', ops: 0, bytes: 69, detail: 'ack1' }),
        frame(2, { kind: 'bulk', ops: null, bytes: 1_048_576, detail: 'packed' }),
      ],
      ops: [
        op(1, {
          outcome: 'own',
          op: { ...op(1).op, type: 'insert', field: null } as OpEntry['op'],
        }),
        op(2, { outcome: 'held', why: 'ef'.repeat(32) }),
        op(3, { outcome: 'rejected', key: null, op: null, why: 'wrong-signature: not signed' }),
      ],
      refusals: [
        { number: 1, atMs: AT_MS, what: 'frame', reason: 'unparsable', detail: 'at 3' },
        { number: 2, atMs: AT_MS, what: 'op', reason: 'wrong-id', detail: 'of the content' },
      ],
      held: [
        {
          key: KEY,
          op: { type: 'delete', item: itemId(9), field: null, signer: 'aa'.repeat(32) },
          cause: 'ef'.repeat(64),
          bytes: 300,
        },
      ],
      peer: {
        address: 'ws://relay',
        openedAtMs: AT_MS,
        capabilities: ['ack1', 'new9'],
        received: { frames: 2, bytes: 1200 },
        sent: { frames: 1, bytes: 69 },
      },
      roundTripsMs: [30, 10, 20],
    }),
  );
  const time = '03:04:05.678';
  expect(rows('Frames')).toEqual([
    [time, 'In', 'Edits in bulk', 'many', '1 MB', 'packed'],
    [time, 'Out', 'Greeting', '0', '69 B', 'ack1'],
  ]);
  expect(rows('Edits')).toEqual([
    [time, 'Refused', '', '', '', 'wrong-signature: not signed'],
    [time, 'Waits', 'Stage', '1 S1', 'cdcd…cdcd', 'Waits for story efef…efef'],
    [time, 'Made here', 'New story', '1 S1', 'cdcd…cdcd', ''],
  ]);
  expect(rows('Waiting for others')).toEqual([
    ['Story deleted', '0000…0009', 'you', 'the edit signed efef…efef'],
  ]);
  expect(rows('Refused')).toEqual([
    [time, 'Edit', 'wrong-id', 'of the content'],
    [time, 'Frame', 'unparsable', 'at 3'],
  ]);
  const names = ['This tab', 'Peer can', 'Received', 'Sent', 'Round trip', 'Space', 'Signs as'];
  expect(names.map(fact)).toEqual([
    'Syncs for all tabs of this browser',
    'acknowledge (ack1), new9 (new9)',
    '2 frames, 1.2 kB',
    '1 frame, 69 B',
    '20 ms; of the last 3: median 20 ms, worst 30 ms',
    'The browser does not tell',
    'aaaa…aaaa, 0 edits so far',
  ]);
});

test('INS16 says in words what is not there', async () => {
  expect([peerText(null), roundTripText([]), spaceText(null)]).toEqual([
    'No connection',
    'Not measured: no edit went out meanwhile',
    'The browser does not tell',
  ]);
  await openInspector(inspection());
  for (const text of ['Nothing has gone to and fro yet.', 'No edit waits for another one.']) {
    expect(screen.getByText(text)).toBeDefined();
  }
  expect([causeText('ab'.repeat(32)), storyText(null, undefined), bytesText(999)]).toEqual([
    'story abab…abab',
    '',
    '999 B',
  ]);
});

test('INS17 what comes while it is paused is shown when it goes on', async () => {
  const { worker, asked } = await openInspector(inspection({ frames: [frame(1)] }));
  const shownRows = () => rows('Frames').length;
  expect(shownRows()).toBe(1);
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  worker.now = inspection({ frames: [frame(2), frame(3)] });
  const before = asked.length;
  await eventually(() => expect(asked.length).toBeGreaterThan(before + 1));
  expect([shownRows(), announced()]).toEqual([
    1,
    'Paused: what comes meanwhile is shown when you go on.',
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
  expect(shownRows()).toBeGreaterThanOrEqual(3);
  expect(asked.at(-1)).toEqual({
    type: 'inspect',
    since: { recorder: 'first', frame: 3, op: 0 },
  });
});

test('INS17 rows are bounded, those that are known stay as they are, another recorder begins anew', () => {
  const nothing = { frames: [], ops: [], now: null };
  const numbers = Array.from({ length: ROWS_MAX }, (_, index) => index + 1);
  const refusals = [{ number: 1, atMs: 1, what: 'op', reason: 'wrong-id', detail: '' }] as const;
  const full = fold(nothing, inspection({ frames: numbers.map((n) => frame(n)), refusals }));
  const next = fold(
    full,
    inspection({ frames: [frame(ROWS_MAX + 1)], refusals: structuredClone(refusals) }),
  );
  expect(next.frames.map(({ number }) => number)).toEqual(
    numbers.map((number) => number + 1).toReversed(),
  );
  expect(next.now?.refusals[0]).toBe(full.now?.refusals[0]);
  const other = fold(next, inspection({ recorder: 'second', frames: [frame(1)] }));
  expect(other.frames).toEqual([frame(1)]);
});

test('INS18 disconnects, reconnects and adds lag, which the status names', async () => {
  const { fake } = await openInspector(inspection());
  const view = within(screen.getByRole('region', { name: 'Sync' }));
  fireEvent.click(view.getByRole('button', { name: 'Disconnect' }));
  fireEvent.click(await view.findByRole('button', { name: 'Reconnect' }));
  await view.findByRole('button', { name: 'Disconnect' });
  fireEvent.change(screen.getByLabelText('Added lag'), { target: { value: '500' } });
  const status = screen.getByRole('region', { name: 'Status' });
  await within(status).findByText('Every frame is delayed by 0.5 s, as you asked');
  expect(fake.calls.filter((call) => /connect|Lag/.test(call))).toEqual([
    'disconnect',
    'reconnect',
    'addLag 500',
  ]);
});

test('INS18 a worker that does not answer is said', async () => {
  const { fake } = await openInspector(inspection());
  fake.fail('It crashed.');
  await screen.findByText('The replica does not answer.');
});

test('INS19 a closed inspector asks no more', async () => {
  const { asked } = await openInspector(inspection());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  fireEvent.click(within(screen.getByRole('navigation', { name: 'Views' })).getByText('Board'));
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked.length, document.querySelector('[data-inspector]')]).toEqual([before, null]);
});

// @vitest-environment jsdom
import { screen, within } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Durability, SocketStatus, Status } from '../../worker/api.ts';
import { announced, boardOnFake, clickIn, eventually } from './boardOnFake.tsx';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: NOW_MS });
});

afterEach(() => {
  vi.useRealTimers();
});

const sockets: readonly (readonly [SocketStatus, string, readonly string[]])[] = [
  [{ name: 'idle' }, 'On this device only: no relay is configured', []],
  [{ name: 'connecting' }, 'Connecting to 127.0.0.1:3001…', ['Work offline']],
  [{ name: 'open' }, 'Connected to 127.0.0.1:3001', ['Work offline']],
  [
    { name: 'waiting', retryAtMs: NOW_MS + 12_000, attempt: 1 },
    'Offline, next try in 12 s',
    ['Try now', 'Work offline'],
  ],
  [
    { name: 'waiting', retryAtMs: NOW_MS - 1, attempt: 11 },
    'Offline, trying again, 11 tries failed',
    ['Try now', 'Work offline'],
  ],
  [
    { name: 'refused', code: 1008, reason: 'full' },
    '127.0.0.1:3001 refused the connection: full (code 1008)',
    ['Reconnect'],
  ],
  [{ name: 'stopped' }, 'Working offline, as you asked', ['Reconnect']],
];

test.each(sockets)('UI10 the connection %j is told in words', async (socket, text, buttons) => {
  await boardOnFake({ status: { socket } });
  const status = screen.getByRole('region', { name: 'Status' });
  const first = within(status).getAllByRole('listitem')[0] as HTMLElement;
  const offered = within(first)
    .queryAllByRole('button')
    .map((button) => button.textContent ?? '');
  expect(first.textContent).toBe(text + buttons.join(''));
  expect(offered).toEqual(buttons);
  expect(status.dataset['socket']).toBe(socket.name);
});

test('UI11 the time to the next try counts down', async () => {
  const socket = { name: 'waiting', retryAtMs: NOW_MS + 2_500, attempt: 3 } as const;
  await boardOnFake({ status: { socket } });
  expect(statusTexts()[0]).toMatch(/^Offline, next try in 3 s, 3 tries failed/);
  vi.advanceTimersByTime(1_000);
  expect(statusTexts()[0]).toMatch(/^Offline, next try in 2 s/);
  vi.advanceTimersByTime(2_000);
  expect(statusTexts()[0]).toMatch(/^Offline, trying again/);
});

test('UI12 the connection is left and taken up again by its buttons, and the change is spoken', async () => {
  const { fake } = await boardOnFake();
  clickIn('region', 'Status', 'Work offline');
  await eventually(() => expect(statusTexts()[0]).toContain('Working offline'));
  clickIn('region', 'Status', 'Reconnect');
  await eventually(() => expect(announced()).toBe('Connected.'));
  expect(fake.calls).toEqual(['start', 'open', 'disconnect', 'reconnect']);
  fake.setStatus({ socket: { name: 'waiting', retryAtMs: NOW_MS + 9_000, attempt: 1 } });
  await eventually(() => expect(announced()).toMatch(/^Offline/));
});

const others: readonly (readonly [Partial<Status>, readonly string[]])[] = [
  [{}, ['Up to date', 'All edits shared', 'Saved on this device']],
  [
    { sync: { name: 'catching-up', done: 120, total: 3159 } },
    ['Catching up, 120 of 3,159', 'All edits shared', 'Saved on this device'],
  ],
  [{ socket: { name: 'stopped' } }, ['All edits shared', 'Saved on this device']],
  [
    { socket: { name: 'stopped' }, unacknowledgedOps: 1 },
    ['1 edit not yet shared', 'Saved on this device'],
  ],
  [
    { unacknowledgedOps: 3, held: { ops: 2, bytes: 900 } },
    [
      'Up to date',
      '3 edits not yet shared',
      'Saved on this device',
      '2 edits wait for others to arrive',
    ],
  ],
  [
    { rejected: { 'bad-signature': 2, 'bad-shape': 1 } },
    ['Up to date', 'All edits shared', 'Saved on this device', '3 edits refused as invalid'],
  ],
  [
    { sync: { name: 'catching-up', done: 0, total: 0 } },
    ['Catching up', 'All edits shared', 'Saved on this device'],
  ],
  [
    { damagedRecords: 2 },
    [
      'Up to date',
      'All edits shared',
      'Saved on this device',
      '2 damaged records set aside; others send them again',
    ],
  ],
  [
    { role: 'follower' },
    [
      'Up to date',
      'All edits shared',
      'Saved on this device',
      'Another tab saves and syncs for this one',
    ],
  ],
  [
    { role: 'alone' },
    [
      'Up to date',
      'All edits shared',
      'Saved on this device',
      'This tab works for itself: without https, tabs cannot share one replica',
    ],
  ],
];

test.each(others)('UI13 the status %j is told in words', async (status, texts) => {
  await boardOnFake({ status });
  expect(statusTexts().slice(1)).toEqual(texts);
});

const durabilities: readonly (readonly [Durability, string])[] = [
  ['persisted', 'Saved on this device'],
  ['best-effort', 'Saved on this device, while the browser has space'],
  ['memory', 'Not saved: this board is gone when the tab closes'],
  ['full', 'This device is full: edits are refused until there is space'],
  ['broken', 'Storage failed: from here on, this board is gone when the tab closes'],
];

test.each(durabilities)('UI14 the storage state %s is told in words', async (durability, text) => {
  await boardOnFake({ status: { durability } });
  expect(statusTexts()).toContain(text);
});

test('UI15 why ops were refused can be read', async () => {
  await boardOnFake({ status: { rejected: { 'bad-signature': 2, 'bad-shape': 1 } } });
  const entry = screen.getByText('3 edits refused as invalid');
  expect(entry.title).toBe('bad-signature: 2\nbad-shape: 1');
});

function statusTexts(): readonly string[] {
  const status = screen.getByRole('region', { name: 'Status' });
  return within(status)
    .getAllByRole('listitem')
    .map((entry) => entry.textContent ?? '');
}

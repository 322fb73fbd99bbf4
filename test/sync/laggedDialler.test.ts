import { expect, test } from 'vitest';
import type { SocketHandlers } from '../../worker/ports.ts';
import { createLaggedDialler } from '../../worker/sync/laggedDialler.ts';
import { createHandDialler } from '../support/handDialler.ts';
import { createManualClock } from '../support/manualClock.ts';

function dialWithLag() {
  const clock = createManualClock();
  const hand = createHandDialler();
  const lagged = createLaggedDialler(hand, clock);
  const heard: string[] = [];
  const handlers: SocketHandlers = {
    onOpen: () => heard.push('open'),
    onText: (text) => heard.push(text),
    onBinary: (bytes) => heard.push(`${bytes.length} bytes`),
    onClose: ({ code }) => heard.push(`closed ${code}`),
  };
  const socket = lagged.dial('ws://relay', handlers);
  const { pair, peer } = hand.last();
  pair.open();
  return { clock, lagged, heard, socket, pair, peer };
}

test('INS5 without lag everything goes straight through', () => {
  const { heard, socket, pair, peer, clock } = dialWithLag();
  socket.send('out');
  peer.send('in');
  pair.listener.deliver();
  expect([heard, pair.dialler.sent, clock.timersMs()]).toEqual([['open', 'in'], ['out'], []]);
});

test('INS5 frames wait for the lag in both directions, and the closing behind them', async () => {
  const { clock, lagged, heard, socket, pair, peer } = dialWithLag();
  lagged.setLagMs(500);
  socket.send('out');
  socket.close(1000, 'done');
  peer.send('in');
  peer.send(Uint8Array.of(1, 2));
  pair.listener.deliver();
  await clock.advance(499);
  const before = [[...heard], [...pair.dialler.sent], pair.dialler.closing()];
  await clock.advance(1);
  expect(before).toEqual([['open'], [], null]);
  expect([heard, pair.dialler.sent, pair.dialler.closing()]).toEqual([
    ['open', 'in', '2 bytes'],
    ['out'],
    { code: 1000, reason: 'done' },
  ]);
  pair.dialler.deliver();
  await clock.advance(500);
  expect(heard.at(-1)).toBe('closed 1000');
});

test('INS5 frames keep their order when the lag becomes shorter, and then none', async () => {
  const { clock, lagged, heard, pair, peer } = dialWithLag();
  const say = (text: string): void => {
    peer.send(text);
    pair.listener.deliver();
  };
  lagged.setLagMs(1000);
  say('slow');
  lagged.setLagMs(100);
  say('quick');
  lagged.setLagMs(0);
  say('at once');
  await clock.advance(999);
  expect(heard).toEqual(['open']);
  await clock.advance(1);
  expect(heard).toEqual(['open', 'slow', 'quick', 'at once']);
  say('straight');
  expect([heard.at(-1), clock.timersMs()]).toEqual(['straight', []]);
});

test('INS5 what waits to go out counts as buffered', async () => {
  const { clock, lagged, socket, pair } = dialWithLag();
  lagged.setLagMs(100);
  socket.send('12345');
  expect(socket.bufferedBytes()).toBe(5);
  await clock.advance(100);
  pair.dialler.deliver();
  expect(socket.bufferedBytes()).toBe(0);
});

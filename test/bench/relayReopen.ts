/**
 * A relay that holds 100,000 ops is started again: from the start of its process to its first frame
 * to a peer, which it can send when it has read the log.
 */

import { WebSocket } from 'ws';
import { encodeFirstFrame } from '../../worker/wire/frames.ts';
import type { RelayProcess } from '../support/relayProcess.ts';
import { startRelay } from '../support/relayProcess.ts';
import { type Figure, figure } from './figure.ts';
import { MANY_OPS, type Setting } from './setting.ts';
import { quantile } from './timing.ts';

const RUNS = 3;

export async function* measureRelayReopen(setting: Setting): AsyncGenerator<Figure> {
  const fresh = await startRelay();
  const empty = figure('relay.reopen.empty', 'ms', await reopen(fresh));
  await fresh.dispose();
  yield empty;
  const { relay } = await setting.syntheticRelay(MANY_OPS);
  const { name } = setting.synthetic(MANY_OPS);
  yield figure(`relay.reopen.${name}`, 'ms', await reopen(relay), empty);
}

/** The median. */
async function reopen(relay: RelayProcess): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await relay.stop();
    const startMs = performance.now();
    await relay.restart();
    await firstFrame(relay.address);
    samples.push(performance.now() - startMs);
  }
  return quantile(samples, 0.5);
}

function firstFrame(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    socket.once('open', () => socket.send(encodeFirstFrame(['ack1'])));
    socket.once('message', () => {
      socket.terminate();
      resolve();
    });
    socket.once('error', reject);
  });
}

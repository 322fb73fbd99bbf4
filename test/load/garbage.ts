import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { encodeFirstFrame } from '../../worker/wire/frames.ts';
import { startRelay } from '../support/relayProcess.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { dialLoadClient } from './loadClient.ts';
import { makeLoadOps } from './loadOps.ts';
import { residentBytesOf } from './processUse.ts';

export interface Garbage {
  /** Resident memory at the end, over what it was after a tenth of the frames. */
  readonly grownBytes: number;
  /** How many it took, as the relay may hang up. */
  readonly connections: number;
  /** Frames that the relay took a second. */
  readonly rate: number;
}

const SENDERS = 16;
const BATCH = 200;
const SETTLE_MS = 5000;

/** Rejects if the relay ends, or no longer serves somebody who behaves. */
export async function measureGarbage(frames: number): Promise<Garbage> {
  const relay = await startRelay();
  const random = createSeededRandom('garbage');
  const good = makeLoadOps(1)[0]?.frame ?? new Uint8Array();
  let left = 0;
  let connections = 0;

  async function send(): Promise<void> {
    while (left > 0) {
      const socket = new WebSocket(relay.address, { perMessageDeflate: false });
      socket.on('error', () => undefined);
      connections += 1;
      await new Promise((done) => socket.once('open', done).once('close', done));
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeFirstFrame(['ack1', 'compact1']));
      while (left > 0 && socket.readyState === WebSocket.OPEN) {
        left -= BATCH;
        for (let one = 1; one < BATCH; one += 1) socket.send(rubbish(random, good));
        await new Promise((done) => socket.send(rubbish(random, good), done));
      }
      socket.close();
    }
  }
  const sendAll = async (count: number): Promise<number> => {
    left = count;
    await Promise.all(Array.from({ length: SENDERS }, send));
    // Whoever comes after all that is served, so all that is read.
    const witness = await dialLoadClient(relay.address);
    await witness.synced;
    witness.close();
    await delay(SETTLE_MS);
    return residentBytesOf(relay.pid());
  };

  try {
    const before = await sendAll(frames / 10);
    const startMs = performance.now();
    const after = await sendAll(frames - frames / 10);
    const seconds = (performance.now() - startMs - SETTLE_MS) / 1000;
    return { grownBytes: after - before, connections, rate: (frames * 0.9) / seconds };
  } finally {
    await relay.dispose();
  }
}

/** Now of no kind, now nearly right. */
function rubbish(
  random: ReturnType<typeof createSeededRandom>,
  good: Uint8Array,
): string | Uint8Array {
  const bytes = random.bytes(1 + Math.floor(random.fraction() * 300));
  switch (Math.floor(random.fraction() * 6)) {
    case 0:
      return bytes;
    case 1:
      return Buffer.from(bytes).toString('latin1');
    case 2:
      return `{"type":"bulk","ops":["${Buffer.from(bytes).toString('base64')}"]}`;
    case 3:
      return Buffer.from(`{"v":1,"op":{"author":"${Buffer.from(bytes).toString('hex')}"}}`);
    case 4:
      return Uint8Array.from([2, 1, ...bytes]);
    default: {
      const altered = Uint8Array.from(good);
      const at = Math.floor(random.fraction() * altered.length);
      altered[at] = (altered[at] ?? 0) ^ (1 << Math.floor(random.fraction() * 8));
      return altered;
    }
  }
}

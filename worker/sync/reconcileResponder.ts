/** The end that was dialled: sends from where the dialler's hint says, answers, gives what is asked for. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Timer } from '../ports.ts';
import type { Introduction } from '../wire/frames.ts';
import { digestInSlices } from './keyDigest.ts';
import { hasKey, type KeySet } from './keySet.ts';
import { respond } from './rangeSync.ts';
import {
  inSlices,
  MESSAGE_BYTES,
  type ReconcileOptions,
  type ReconcileRole,
  ROUNDS_MAX,
} from './reconcile.ts';

type State =
  | { readonly name: 'waiting' }
  | {
      readonly name: 'answering';
      readonly frozen: KeySet;
      readonly rounds: number;
      readonly wanted: Set<string>;
    }
  | { readonly name: 'over' };

type Answering = Extract<State, { readonly name: 'answering' }>;

/** How long offsets that follow live ops are gathered. */
export const OFFSET_EVERY_MS = 1000;

export function createResponder(options: ReconcileOptions): ReconcileRole {
  const { peer, source, clock, logger } = options;
  const { namedLog } = source;
  let state: State = { name: 'waiting' };
  let told = 0;
  let timer: Timer | null = null;

  function sendSince({ log, since }: Introduction): void {
    if (since === 0) {
      options.sendLog();
      return;
    }
    const end = namedLog?.end() ?? 0;
    const isHere = since !== undefined && log !== undefined && log === namedLog?.id && since <= end;
    if (namedLog !== null && isHere && since < end) {
      options.sendOps(namedLog.readFrom(since), end - since);
    }
    options.send({ type: 'offset', offset: isHere ? end : 0 });
  }

  async function answer(digest: Uint8Array, query: Uint8Array): Promise<void> {
    const frozen = await source.freezeKeys();
    const own = await inSlices(digestInSlices(frozen), clock);
    if (own.every((byte, at) => byte === digest[at])) {
      options.send({ type: 'answer', digest: own, reply: new Uint8Array() });
      tellOffset();
      finish('equal');
      return;
    }
    const answering: Answering = { name: 'answering', frozen, rounds: 0, wanted: new Set() };
    await reply(answering, query, (found) =>
      options.send({ type: 'answer', digest: own, reply: found }),
    );
  }

  async function reply(
    answering: Answering,
    query: Uint8Array,
    send: (reply: Uint8Array) => void,
  ): Promise<void> {
    const found = await inSlices(respond(answering.frozen, query, MESSAGE_BYTES), clock);
    if (found.type === 'bad') options.onBad(found.detail);
    if (found.type === 'bad' || answering.rounds >= ROUNDS_MAX) {
      logger.warn('reconciling failed: both ends send all they hold', { peer });
      options.send({ type: 'done', result: 'differs' });
      finish('differs');
      return;
    }
    state = { ...answering, rounds: answering.rounds + 1 };
    send(found.message);
  }

  function finish(result: 'equal' | 'differs'): void {
    state = { name: 'over' };
    options.onOver(result);
  }

  function takeDone(answering: Answering, result: 'equal' | 'differs'): void {
    if (result === 'differs') {
      logger.warn('peer could not reconcile: both ends send all they hold', { peer });
    } else {
      const { wanted } = answering;
      if (wanted.size > 0) options.sendOps(source.readOps(wanted), wanted.size);
      tellOffset();
    }
    finish(result);
  }

  function takeWant({ frozen, wanted }: Answering, keys: readonly Uint8Array[]): void {
    for (const key of keys) {
      if (hasKey(frozen, key)) wanted.add(bytesToHex(key));
      else options.onBad('a key wanted that is not here');
    }
  }

  /** What was appended before has been sent, live or as asked for, or came from the peer. */
  function tellOffset(): void {
    told = namedLog?.end() ?? 0;
    options.send({ type: 'offset', offset: told });
  }

  return {
    start: sendSince,
    async take(message) {
      if (message.type === 'open' && state.name === 'waiting') {
        await answer(message.digest, message.query);
      } else if (message.type === 'query' && state.name === 'answering') {
        await reply(state, message.query, (found) => options.send({ type: 'reply', reply: found }));
      } else if (message.type === 'want' && state.name === 'answering') {
        takeWant(state, message.keys);
      } else if (message.type === 'done' && state.name === 'answering') {
        takeDone(state, message.result);
      } else {
        options.onBad(`${message.type} in ${state.name}`);
      }
    },
    noteLogSent: tellOffset,
    noteGrowth() {
      if (state.name !== 'over' || namedLog === null || namedLog.end() === told) return;
      timer ??= clock.startTimer(OFFSET_EVERY_MS, () => {
        timer = null;
        tellOffset();
      });
    },
    stop() {
      timer?.cancel();
    },
  };
}

/** The end that dialled: opens, asks, and knows at the end what each end lacked. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { WANTED_KEYS_MAX } from '../wire/limits.ts';
import type { ReconcileMessage } from '../wire/reconcileFrames.ts';
import { digestInSlices, digestWith } from './keyDigest.ts';
import { hasKey, type KeySet } from './keySet.ts';
import { initiate, takeReply } from './rangeSync.ts';
import {
  inSlices,
  MESSAGE_BYTES,
  type ReconcileOptions,
  type ReconcileRole,
  ROUNDS_MAX,
} from './reconcile.ts';

type State =
  /** For all that the listener sends of itself. */
  | { readonly name: 'waiting' }
  | {
      readonly name: 'asking';
      readonly frozen: KeySet;
      readonly digest: Uint8Array;
      /** The listener's; null: it has not answered. */
      readonly theirs: Uint8Array | null;
      /** By their hex digits; what has been found so far. */
      readonly have: Map<string, Uint8Array>;
      readonly need: Map<string, Uint8Array>;
      readonly rounds: number;
    }
  /** What each lacks is on its way; the listener's offset stands behind it. */
  | { readonly name: 'finishing' }
  | { readonly name: 'over' };

type Asking = Extract<State, { readonly name: 'asking' }>;

export function createInitiator(options: ReconcileOptions): ReconcileRole {
  const { peer, source, clock, logger } = options;
  let state: State = { name: 'waiting' };
  let log: string | null = null;

  async function open(): Promise<void> {
    const frozen = await source.freezeKeys();
    const digest = await inSlices(digestInSlices(frozen), clock);
    state = {
      name: 'asking',
      frozen,
      digest,
      theirs: null,
      have: new Map(),
      need: new Map(),
      rounds: 0,
    };
    options.send({ type: 'open', digest, query: initiate(frozen) });
  }

  async function takeFindings(asking: Asking, reply: Uint8Array): Promise<void> {
    const progress = await inSlices(takeReply(asking.frozen, reply, MESSAGE_BYTES), clock);
    if (progress.type === 'bad') {
      options.onBad(progress.detail);
      giveUp('a message that makes no sense');
      return;
    }
    for (const key of progress.have) asking.have.set(bytesToHex(key), key);
    for (const key of progress.need) asking.need.set(bytesToHex(key), key);
    if (progress.query === null) {
      await conclude(asking);
    } else if (asking.rounds >= ROUNDS_MAX) {
      giveUp('no end of differences');
    } else {
      state = { ...asking, rounds: asking.rounds + 1 };
      options.send({ type: 'query', query: progress.query });
    }
  }

  async function conclude({ frozen, theirs, have, need }: Asking): Promise<void> {
    const digest = digestWith(frozen, [...need.values()], [...have.values()]);
    if (theirs === null || !isEqual(digest, theirs)) {
      giveUp('the sets are not what their differences say');
      return;
    }
    logger.info('found what each end lacks', { peer, have: have.size, need: need.size });
    if (have.size > 0) options.sendOps(source.readOps(new Set(have.keys())), have.size);
    // Some may have come meanwhile.
    const known = await source.freezeKeys();
    const wanted = [...need.values()].filter((key) => !hasKey(known, key));
    for (let at = 0; at < wanted.length; at += WANTED_KEYS_MAX) {
      options.send({ type: 'want', keys: wanted.slice(at, at + WANTED_KEYS_MAX) });
    }
    options.onExpected(wanted.length);
    options.send({ type: 'done', result: 'equal' });
    state = { name: 'finishing' };
  }

  function giveUp(reason: string): void {
    logger.warn('reconciling failed: both ends send all they hold', { peer, reason });
    options.send({ type: 'done', result: 'differs' });
    state = { name: 'over' };
    options.onOver('differs');
  }

  async function takeAnswer(asking: Asking, theirs: Uint8Array, reply: Uint8Array): Promise<void> {
    if (isEqual(asking.digest, theirs)) state = { name: 'finishing' };
    else await takeFindings({ ...asking, theirs }, reply);
  }

  async function takeOffset(offset: number): Promise<void> {
    if (state.name === 'waiting') {
      await open();
      return;
    }
    if (state.name === 'asking') return;
    if (log !== null && offset > 0) source.notePlace(peer, { log, offset });
    if (state.name === 'over') return;
    state = { name: 'over' };
    options.onOver('equal');
  }

  return {
    start(introduction) {
      log = introduction.log ?? null;
      const own = source.unacknowledged();
      if (own.length > 0) options.sendOps(once(own), own.length);
    },
    async take(message: ReconcileMessage) {
      if (message.type === 'offset') {
        await takeOffset(message.offset);
      } else if (message.type === 'answer' && state.name === 'asking' && state.theirs === null) {
        await takeAnswer(state, message.digest, message.reply);
      } else if (message.type === 'reply' && state.name === 'asking' && state.theirs !== null) {
        await takeFindings(state, message.reply);
      } else if (message.type === 'done' && message.result === 'differs' && state.name !== 'over') {
        state = { name: 'over' };
        options.onOver('differs');
      } else {
        options.onBad(`${message.type} in ${state.name}`);
      }
    },
    noteLogSent: () => undefined,
    noteGrowth: () => undefined,
    stop: () => undefined,
  };
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

async function* once<T>(value: T): AsyncGenerator<T, undefined, undefined> {
  yield value;
}

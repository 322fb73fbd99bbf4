/**
 * Kills a real relay process again and again while real peers load it, and looks after each start
 * whether every op that was acknowledged is in the log, in causal order.
 */
import { watch } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RelayChild, startRelayChild } from '../support/relayChild.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { type AckPeer, dialAckPeer } from './ackPeer.ts';
import { type StreamedOp, streamOps } from './opStream.ts';

export interface CrashOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Command that runs the relay; its flags are put behind. */
  readonly program: readonly string[];
  readonly onRound?: (figures: CrashFigures) => void;
}

export interface CrashFigures {
  readonly rounds: number;
  /** Acknowledged in all rounds. */
  readonly ackedOps: number;
  /** Of those, not in the log at a later start; must be 0. */
  readonly lostOps: number;
  /** Ops in the log before what they need; must be 0. */
  readonly misplacedOps: number;
  /** Errors in the relay's own log; must be 0. */
  readonly errors: readonly string[];
  /** Starts that found and cut a torn tail. */
  readonly tornTails: number;
  readonly seconds: number;
}

/** A new log after so many rounds, so that reading it all does not take over. */
const ROUNDS_A_PIPELINE = 25;
/** A round ends at one of the first so many acknowledged ops. */
const ACKS_MAX = 400;
/** Every so many rounds the relay dies while it opens its store, too. */
const START_CRASH_EVERY = 5;

export async function crashRelay(options: CrashOptions): Promise<CrashFigures> {
  const { rounds, seed, program } = options;
  const random = createSeededRandom(`crash ${seed}`);
  const startMs = performance.now();
  const data = await mkdtemp(join(tmpdir(), 'crash-relay-'));
  const opsOf = new Map<string, StreamedOp[]>();
  const ackedOf = new Map<string, Set<string>>();
  const children: RelayChild[] = [];
  const lost = new Set<string>();
  let misplacedOps = 0;
  let done = 0;

  const start = (): RelayChild => {
    const child = startRelayChild(program, data);
    children.push(child);
    return child;
  };

  const check = (pipeline: string, log: readonly string[]): void => {
    const keys = new Map((opsOf.get(pipeline) ?? []).map((op) => [op.text, op]));
    const there = new Set<string>();
    for (const text of log) {
      const op = keys.get(text);
      if (op === undefined) continue;
      if (op.cause !== null && !there.has(op.cause)) misplacedOps += 1;
      there.add(op.key);
    }
    for (const key of ackedOf.get(pipeline) ?? []) if (!there.has(key)) lost.add(key);
  };

  const loadAndKill = async (pipeline: string): Promise<void> => {
    const child = start();
    const address = `${await child.address}/${pipeline}`;
    let acksLeft = 1 + Math.floor(random.fraction() * ACKS_MAX);
    const onAck = (ops: number): void => {
      acksLeft -= ops;
      if (acksLeft <= 0) void child.end('SIGKILL');
    };
    const peers: AckPeer[] = [];
    for (let number = 0; number < 3; number += 1) peers.push(await dialAckPeer(address, onAck));
    const logs = await Promise.all(peers.map((peer) => peer.readLog()));
    check(pipeline, logs[0] ?? []);
    for (const [number, peer] of peers.entries()) {
      peer.load(streamOps(), number === 0 ? 'bulk' : 'live');
    }
    await Promise.all([child.ended, ...peers.map(({ closed }) => closed)]);
    const ops = opsOf.get(pipeline) ?? [];
    const acked = ackedOf.get(pipeline) ?? new Set();
    for (const peer of peers) {
      ops.push(...peer.sent);
      for (const key of peer.acked) acked.add(key);
    }
    opsOf.set(pipeline, ops);
    ackedOf.set(pipeline, acked);
  };

  const figures = (): CrashFigures => {
    const lines = children.flatMap((child) => child.logLines());
    return {
      rounds: done,
      ackedOps: [...ackedOf.values()].reduce((sum, { size }) => sum + size, 0),
      lostOps: lost.size,
      misplacedOps,
      errors: lines.filter((line) => line.includes('"level":"error"')),
      tornTails: lines.filter((line) => line.includes('which is cut')).length,
      seconds: Math.round((performance.now() - startMs) / 1000),
    };
  };

  try {
    while (done < rounds) {
      if (done % START_CRASH_EVERY === START_CRASH_EVERY - 1) await killWhileOpening(start, data);
      await loadAndKill(`crash-${Math.floor(done / ROUNDS_A_PIPELINE)}`);
      done += 1;
      options.onRound?.(figures());
    }
    const last = start();
    const address = await last.address;
    for (const pipeline of opsOf.keys()) {
      const reader = await dialAckPeer(`${address}/${pipeline}`);
      check(pipeline, await reader.readLog());
      reader.close();
    }
    await last.end('SIGTERM');
    return figures();
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** The relay dies as soon as it touches its database. */
async function killWhileOpening(start: () => RelayChild, data: string): Promise<void> {
  const folder = join(data, 'ops');
  await mkdir(folder, { recursive: true });
  const child = start();
  const watcher = watch(folder);
  await new Promise((done) => watcher.once('change', done));
  watcher.close();
  await child.end('SIGKILL');
}

import { verifySignature } from '../../worker/crdt/curve.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Verifier } from '../../worker/ports.ts';
import type { Backplane, Session } from '../../worker/relay/backplane/backplane.ts';
import { createEdge } from '../../worker/relay/backplane/edge.ts';
import type { Metrics } from '../../worker/relay/metrics.ts';
import { openPipelineRelay, type PipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { createManualClock } from './manualClock.ts';
import { createMemoryLogger } from './memoryLogger.ts';
import { createMemoryOpLog } from './memoryOpLog.ts';
import { opText } from './opFactory.ts';
import { openLog } from './opLogRecords.ts';
import { createSeededRandom } from './seededRandom.ts';

/** One relay of many at a broker, without sockets; its disk outlives it. */
export interface EdgeRelay {
  readonly clock: ReturnType<typeof createManualClock>;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  readonly opLog: ReturnType<typeof createMemoryOpLog>;
  /** Opens a pipeline, `default` if not said. */
  open(name?: string): Promise<PipelineRelay>;
  /** Seen-keys that the peer is told are stored. */
  receive(peer: string, ops: readonly SignedOp[], pipeline?: string): Promise<readonly string[]>;
  /** Texts of the ops that a peer of this name is given from now on. */
  join(name: string): Promise<readonly string[]>;
  /** Seen-keys of what is stored, in order. */
  keys(pipeline?: string): readonly string[];
  /** By metric and label. */
  figure(name: string): number;
  close(): Promise<void>;
  /** Another one on the same disk, after a power cut. */
  restart(): Promise<EdgeRelay>;
}

/** At once, and not in other threads: a test waits for promises only. */
const verifier: Verifier = {
  verify: async (checks) =>
    checks.map(({ publicKey, digest, signature }) => verifySignature(signature, digest, publicKey)),
};

export interface EdgeRelayOptions {
  readonly opLog?: ReturnType<typeof createMemoryOpLog>;
  readonly maySign?: (signer: string) => boolean;
}

export async function startEdgeRelay(
  backplane: Backplane,
  options: EdgeRelayOptions = {},
): Promise<EdgeRelay> {
  const { opLog = createMemoryOpLog(), maySign = () => true } = options;
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const { metrics, figure } = createFigures();
  const sessions: Session[] = [];
  const edge = createEdge({
    backplane: {
      async connect() {
        const outcome = await backplane.connect();
        if (outcome.type === 'connected') sessions.push(outcome.session);
        return outcome;
      },
    },
    ...{ opLog, clock, logger, metrics, random: createSeededRandom('edge') },
  });
  const pipelines = new Map<string, Promise<PipelineRelay>>();

  async function openNew(name: string): Promise<PipelineRelay> {
    const log = await openLog(opLog, name);
    const opening = await openPipelineRelay({ name, log, verifier, clock, logger, maySign });
    if (opening.type !== 'opened') throw new Error(opening.detail);
    edge.add(name, log, opening.pipeline);
    return opening.pipeline;
  }

  function open(name = 'default'): Promise<PipelineRelay> {
    const pipeline = pipelines.get(name) ?? openNew(name);
    pipelines.set(name, pipeline);
    return pipeline;
  }

  edge.start(open);
  return {
    clock,
    logger,
    opLog,
    open,
    async receive(peer, ops, name) {
      const pipeline = await open(name);
      const texts = ops.map((op) => opText(op));
      return (await pipeline.exchange.receive(texts, { peer, frame: 'live' })).stored;
    },
    async join(name) {
      const given: string[] = [];
      (await open()).join(name, {
        offer: (op) =>
          given.push(new TextDecoder().decode(op.json()).slice('{"v":1,"op":'.length, -1)),
        resync: () => undefined,
      });
      return given;
    },
    keys: (name = 'default') => opLog.records(name).map(({ key }) => key),
    figure,
    async close() {
      for (const pipeline of pipelines.values()) await (await pipeline).close();
      await edge.close();
    },
    async restart() {
      // Its clock stands still from now on, so it never comes back.
      for (const session of sessions) await session.close();
      return startEdgeRelay(backplane, { ...options, opLog });
    },
  };
}

function createFigures(): { readonly metrics: Metrics; figure(name: string): number } {
  const figures = new Map<string, number>();
  const add = (name: string, label: string, by: number): void => {
    figures.set(`${name} ${label}`, (figures.get(`${name} ${label}`) ?? 0) + by);
  };
  return {
    metrics: {
      count: (name, label, by = 1) => add(name, label, by),
      move: add,
      observe: () => undefined,
    },
    figure: (name) => figures.get(name) ?? 0,
  };
}

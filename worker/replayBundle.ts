/**
 * A bug bundle as a pipeline of its own: a replica in memory that takes the bundle's ops in their
 * order, as from a peer, and is only looked at. Nothing of it reaches a store or the network.
 */

import type {
  BugBundle,
  BundleFile,
  CommandOutcome,
  NoAnswer,
  QueryAnswer,
  Status,
  StreamMessage,
} from './api.ts';
import { BUNDLE_BYTES_MAX, parseBundle } from './bugBundle.ts';
import type { LeaderDeps, PipelineService } from './leader.ts';
import type { JoinOutcome } from './membership.ts';
import { openReplica, type Replica } from './replica.ts';

export type ReplayDeps = Pick<
  LeaderDeps,
  'createMemoryStore' | 'createSigner' | 'verifier' | 'clock' | 'random' | 'logger'
>;

const SECRET_KEY_BYTES = 32;

/** Ops between two signs of progress. */
const OPS_PER_SLICE = 256;

const DETAIL = 'a bug bundle is only looked at';
const READ_ONLY: CommandOutcome = { type: 'refused', reason: 'not-open', detail: DETAIL };

/** Tells the progress, and then one snapshot. Resolves when all is there. */
export async function joinBundle(
  deps: ReplayDeps,
  file: BundleFile,
  onMessage: (message: StreamMessage) => void,
): Promise<JoinOutcome> {
  if (file.size > BUNDLE_BYTES_MAX) {
    return refuse(`it has ${file.size} bytes, and may have ${BUNDLE_BYTES_MAX}`);
  }
  const text = await file.text().catch((error: unknown) => ({ detail: String(error) }));
  if (typeof text !== 'string') return refuse(text.detail);
  const parsed = parseBundle(text);
  if (parsed.type === 'rejected') return refuse(parsed.detail);
  const { bundle } = parsed;
  const replica = await openReplica({
    store: deps.createMemoryStore(),
    createMemoryStore: deps.createMemoryStore,
    createKey: () => deps.random.bytes(SECRET_KEY_BYTES),
    createSigner: deps.createSigner,
    canary: null,
    verifier: deps.verifier,
    yieldTurn: deps.clock.yieldTurn,
    logger: deps.logger,
    onChanges: () => {},
    onApplied: () => {},
    onStatus: () => {},
    onFenced: () => {},
  });
  const tell = (done: number): void =>
    onMessage({ type: 'status', status: statusOf(replica, bundle, done) });
  const texts = [...bundle.ops, ...bundle.held];
  for (let at = 0; at < texts.length; at += OPS_PER_SLICE) {
    tell(at);
    const slice = texts.slice(at, at + OPS_PER_SLICE);
    await replica.receive(slice, { peer: 'bug bundle', frame: 'bulk' });
    await deps.clock.yieldTurn();
  }
  onMessage({ type: 'snapshot', items: replica.view() });
  tell(texts.length);
  return {
    type: 'joined',
    membership: { service: () => serve(replica, bundle), close: replica.close },
  };
}

function refuse(detail: string): JoinOutcome {
  return { type: 'refused', reason: 'bad-bundle', detail };
}

function statusOf(replica: Replica, { ops, held }: BugBundle, done: number): Status {
  const total = ops.length + held.length;
  return {
    ...replica.status(),
    socket: { name: 'idle' },
    sync: done < total ? { name: 'catching-up', done, total } : { name: 'live' },
    role: 'alone',
    address: null,
  };
}

function serve(replica: Replica, bundle: BugBundle): PipelineService {
  const { pipeline, page, inspection, ops, held } = bundle;
  const nothing = async (): Promise<void> => {};
  return {
    command: async () => READ_ONLY,
    async query(query): Promise<QueryAnswer | NoAnswer> {
      switch (query.type) {
        case 'inspect':
          return { type: 'inspect', inspection };
        case 'bundle-facts': {
          const facts = { pipeline, page, inspection, ops: ops.length, held: held.length };
          return { type: 'bundle-facts', facts };
        }
        case 'import-ops':
        case 'bug-bundle':
          return { type: 'no-answer', reason: 'bad-query', detail: DETAIL };
        default:
          return replica.query(query);
      }
    },
    disconnect: nothing,
    addLag: nothing,
    setToken: nothing,
    reconnect: nothing,
    wake: nothing,
    refreshDurability: nothing,
    close: replica.close,
  };
}

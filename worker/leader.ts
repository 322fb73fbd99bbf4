/** The tab that leads: it has the replica and the connection, and tells what happens to both. */

import type {
  Command,
  CommandOutcome,
  Durability,
  InspectedSoFar,
  Inspection,
  ItemView,
  NoAnswer,
  OpenOptions,
  Query,
  QueryAnswer,
  Role,
  SocketStatus,
  Status,
  StreamMessage,
  SyncStatus,
} from './api.ts';
import { createHashSeed } from './hashSeed.ts';
import { createImporter } from './importOps.ts';
import { createInspector } from './inspector.ts';
import type {
  Clock,
  Dialler,
  Logger,
  OpStore,
  Random,
  Signer,
  Timer,
  TokenStore,
  Verifier,
} from './ports.ts';
import { createRelayAccess } from './relayAccess.ts';
import { openReplica, type Replica } from './replica.ts';
import { createRendezvous, type Rendezvous } from './sync/rendezvous.ts';
import { offerOp } from './wire/offeredOp.ts';

/** What a board can ask of its tab, whether that tab leads or follows. */
export interface PipelineService {
  command(command: Command): Promise<CommandOutcome>;
  disconnect(): Promise<void>;
  addLag(lagMs: number): Promise<void>;
  setToken(token: string | null): Promise<void>;
  reconnect(): Promise<void>;
  /** The network is back or the machine woke up. */
  wake(): Promise<void>;
  refreshDurability(): Promise<void>;
  /** null: whoever was asked went away; ask again. */
  query(query: Query): Promise<QueryAnswer | NoAnswer | null>;
  close(): Promise<void>;
}

export interface Leader extends PipelineService {
  query(query: Query): Promise<QueryAnswer | NoAnswer>;
  /** The platform says that the store is gone. */
  storeLost(detail: string): Promise<void>;
  /** Whether the store is still this tab's; another one may have claimed it. */
  checkClaim(): Promise<boolean>;
  /** Whether what is done now outlives this tab. */
  isDurable(): boolean;
  /** The stream's messages for somebody who joins now. */
  snapshot(): readonly StreamMessage[];
}

export interface LeaderDeps {
  readonly options: OpenOptions;
  readonly role: Exclude<Role, 'follower'>;
  readonly store: OpStore;
  readonly createMemoryStore: () => OpStore;
  readonly createSigner: (secretKey: Uint8Array) => Promise<Signer>;
  readonly verifier: Verifier;
  readonly dialler: Dialler;
  /** Absent: a token is forgotten with this tab. */
  readonly tokens?: TokenStore | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onMessage: (message: StreamMessage) => void;
  /** Another tab has claimed the store: this one leads no more. */
  readonly onFenced: () => void;
  /** As of the replica: what its snapshot shows. */
  readonly onView?: (items: readonly ItemView[] | null) => void;
  /** What is on disk is to be opened anew. */
  readonly onDamaged: () => void;
  /** New ops that are worth a snapshot. Absent: as the replica has it. */
  readonly snapshotOps?: number | undefined;
}

const SECRET_KEY_BYTES = 32;

const VOLATILE: ReadonlySet<Durability> = new Set(['memory', 'broken']);

/** How often a full disk is tried again. */
const STORE_RETRY_MS = 15_000;

/** Opens the replica and starts to dial. Rejects if the store cannot be read. */
export async function openLeader(deps: LeaderDeps): Promise<Leader> {
  const { options, store, clock, random, logger, onMessage } = deps;
  let socket: SocketStatus = { name: 'idle' };
  let sync: SyncStatus = { name: 'live' };
  const badFrames: Record<string, number> = {};
  let storeRetry: Timer | null = null;
  /** Those of this tab: one that broke may have been replaced. */
  const signers = new Map<string, Signer>();
  // Below the inspector: what is shown to be let in is in no recording.
  const access = createRelayAccess({
    address: options.address,
    dialler: deps.dialler,
    tokens: deps.tokens,
    signer: () => signers.get(replica.status().signer) as Signer,
  });
  const { dialler } = access;
  const inspector = createInspector({ name: String(clock.nowMs()), dialler, clock });

  const replica: Replica = await openReplica({
    store,
    createMemoryStore: deps.createMemoryStore,
    createKey: () => random.bytes(SECRET_KEY_BYTES),
    async createSigner(secretKey) {
      const signer = await deps.createSigner(secretKey);
      signers.set(signer.publicKey, signer);
      return signer;
    },
    canary: options.canary ?? null,
    hashSeed: createHashSeed(random),
    snapshots: { clock, leastOps: deps.snapshotOps },
    verifier: deps.verifier,
    yieldTurn: clock.yieldTurn,
    logger,
    onFenced: deps.onFenced,
    onDamaged: deps.onDamaged,
    ...(deps.onView && { onView: deps.onView }),
    onChanges: (changes) => onMessage({ type: 'patch', changes }),
    onApplied(ops, except) {
      if (except === options.address) return;
      if (except === null) inspector.noteOwn(ops, replica.status().signer);
      for (const op of ops) rendezvous.offer(offerOp(op));
    },
    onReceived(batch, source) {
      inspector.noteReceived(batch);
      importer.noteReceived(batch, source);
    },
    onUnacknowledged: (change) => onMessage({ type: 'unacknowledged', ...change }),
    onStatus: publishStatus,
  });
  const importer = createImporter(replica.receive);
  const rendezvous: Rendezvous = createRendezvous({
    address: options.address,
    dialler: inspector.dialler,
    exchange: inspector.watch(replica),
    clock,
    random,
    logger,
    onStatus(next) {
      socket = next;
      publishStatus();
    },
    onSync(next) {
      sync = next;
      publishStatus();
    },
    onBadFrame(reason, detail) {
      inspector.noteBadFrame(reason, detail);
      const name = `frame-${reason}`;
      badFrames[name] = (badFrames[name] ?? 0) + 1;
      publishStatus();
    },
  });

  function status(): Status {
    const own = replica.status();
    const rejected = { ...own.rejected, ...badFrames };
    const addedLagMs = inspector.addedLagMs();
    const { address } = options;
    const lag = addedLagMs > 0 ? { addedLagMs } : {};
    const token = access.hasToken() ? ({ hasToken: true } as const) : {};
    return { ...own, rejected, socket, sync, role: deps.role, address, ...lag, ...token };
  }

  function publishStatus(): void {
    const next = status();
    onMessage({ type: 'status', status: next });
    if (next.durability === 'full') storeRetry ??= clock.startTimer(STORE_RETRY_MS, retryStoring);
  }

  function inspect(since: InspectedSoFar | null): Inspection {
    const { address } = options;
    const capabilities = rendezvous.capabilities();
    return inspector.inspect(since, { address, capabilities, held: replica.heldOps() });
  }

  function retryStoring(): void {
    storeRetry = null;
    void replica.retryStoring();
  }

  if (access.loading !== null) await access.loading;
  rendezvous.start();
  return {
    snapshot: () => [
      { type: 'snapshot', items: replica.view() },
      { type: 'status', status: status() },
      { type: 'unacknowledged', change: 'all', items: replica.unacknowledgedItems() },
    ],
    command: replica.command,
    async query(query) {
      if (query.type === 'inspect') return { type: 'inspect', inspection: inspect(query.since) };
      if (query.type === 'import-ops') {
        return { type: 'import-ops', fates: await importer.importOps(query.ops) };
      }
      if (query.type !== 'bug-bundle') return replica.query(query);
      const { page } = query;
      const head = { pipeline: options.pipeline, page, inspection: inspect(null) };
      return replica.query({ type: 'bug-bundle', head });
    },
    storeLost: replica.storeLost,
    refreshDurability: replica.refreshDurability,
    checkClaim: replica.checkClaim,
    isDurable: () => !VOLATILE.has(replica.status().durability),
    async wake() {
      rendezvous.wake();
    },
    async disconnect() {
      rendezvous.disconnect();
    },
    async addLag(lagMs) {
      inspector.addLag(lagMs);
      publishStatus();
    },
    async setToken(token) {
      await access.setToken(token);
      rendezvous.reconnect();
    },
    async reconnect() {
      rendezvous.reconnect();
    },
    async close() {
      storeRetry?.cancel();
      rendezvous.stop();
      await replica.close();
    },
  };
}

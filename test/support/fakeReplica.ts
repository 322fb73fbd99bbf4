/**
 * A replica that is a plain list, for tests and the harness of the page: answers commands at once,
 * streams snapshot, patches and status as worker/api.ts promises, and fails when told.
 */
import type {
  Change,
  Command,
  CommandOutcome,
  CommandRefusal,
  ItemFields,
  ItemId,
  ItemView,
  NoAnswer,
  OpenOptions,
  OpenOutcome,
  Query,
  QueryAnswer,
  ReplicaApi,
  Status,
  StreamMessage,
} from '../../worker/api.ts';

/** As `Connect` of src/workerLife.ts. */
type Connect = (onFailure: (detail: string) => void) => { api: ReplicaApi; release(): void };

export interface FakeReplica {
  readonly connect: Connect;
  /** Calls so far, oldest first; `starts` and `releases` count threads. */
  readonly calls: readonly string[];
  readonly commands: readonly Command[];
  readonly opened: readonly OpenOptions[];
  /** Items as a fresh view has them. */
  view(): readonly ItemView[];
  /** A change made elsewhere. */
  change(...changes: Change[]): void;
  setStatus(status: Partial<Status>): void;
  snapshot(): void;
  /** Items with edits that no peer has. */
  setUnacknowledged(change: 'all' | 'added' | 'removed', ...items: ItemId[]): void;
  /** The next command is refused. */
  refuseNext(reason: CommandRefusal, detail: string): void;
  /** Commands wait for ever, until `fail`. */
  hang(): void;
  /** The thread dies. */
  fail(detail: string): void;
}

export interface FakeReplicaOptions {
  readonly items?: readonly ItemView[];
  readonly status?: Partial<Status>;
  readonly openOutcome?: OpenOutcome;
  /** Answers queries; those that it gives nothing for are answered as `export-ops`. */
  readonly answer?: (query: Query) => QueryAnswer | NoAnswer | undefined;
  /** Do not send the first snapshot until `snapshot()`. */
  readonly holdSnapshot?: boolean;
}

export const EMPTY_FIELDS: ItemFields = {
  story_id: '',
  stage: '',
  name: '',
  agent: '',
  depends_on: '',
  claimed_by: '',
  retry_count: 0,
  claimed_at: 0,
  blocked: false,
};

export const LIVE_STATUS: Status = {
  socket: { name: 'open' },
  sync: { name: 'live' },
  unacknowledgedOps: 0,
  durability: 'persisted',
  role: 'leader',
  held: { ops: 0, bytes: 0 },
  rejected: {},
  signer: 'aa'.repeat(32),
  ownOps: 0,
  damagedRecords: 0,
  address: 'ws://127.0.0.1:3001/crdt-sync',
};

/** A 32-byte id that ends in `number`. */
export function itemId(number: number): ItemId {
  return number.toString(16).padStart(64, '0');
}

export function createFakeReplica(options: FakeReplicaOptions = {}): FakeReplica {
  const items: ItemView[] = [...(options.items ?? [])];
  /** Where deleted items stood, so that `after` may name them: id → id of the visible item before it. */
  const graves = new Map<ItemId, ItemId | null>();
  const calls: string[] = [];
  const commands: Command[] = [];
  const opened: OpenOptions[] = [];
  let status: Status = { ...LIVE_STATUS, ...options.status };
  let stream: { postMessage(message: unknown): void; close(): void } | null = null;
  let refusal: CommandOutcome | null = null;
  let hanging = false;
  let made = 0;
  let reportFailure: (detail: string) => void = () => {};

  const post = (message: StreamMessage): void => stream?.postMessage(message);
  const postSnapshot = (): void => post({ type: 'snapshot', items: [...items] });
  const indexOf = (id: ItemId): number => items.findIndex((item) => item.id === id);

  const apply = (changes: readonly Change[]): void => {
    for (const change of changes) {
      if (change.type === 'insert') items.splice(change.index, 0, change.item);
      else if (change.type === 'remove') {
        graves.set(change.id, items[indexOf(change.id) - 1]?.id ?? null);
        items.splice(indexOf(change.id), 1);
      } else {
        const index = indexOf(change.id);
        const item = items[index];
        if (item !== undefined)
          items[index] = { id: item.id, fields: { ...item.fields, ...change.fields } };
      }
    }
    post({ type: 'patch', changes: [...changes] });
  };

  const placeAfter = (after: ItemId | null | undefined): number => {
    if (after === undefined) return items.length;
    let place = after;
    while (place !== null && indexOf(place) < 0) place = graves.get(place) ?? null;
    return place === null ? 0 : indexOf(place) + 1;
  };

  const run = (command: Command): CommandOutcome => {
    if (command.type === 'add') {
      made += 1;
      const item = { id: itemId(0xf000 + made), fields: { ...EMPTY_FIELDS, ...command.fields } };
      apply([{ type: 'insert', index: placeAfter(command.after), item }]);
      return { type: 'done', id: item.id, ops: 1 };
    }
    if (indexOf(command.id) < 0)
      return { type: 'refused', reason: 'no-such-item', detail: command.id };
    if (command.type === 'delete') apply([{ type: 'remove', id: command.id }]);
    else apply([{ type: 'update', id: command.id, fields: command.fields }]);
    const ops = command.type === 'delete' ? 1 : Object.keys(command.fields).length;
    return { type: 'done', id: command.id, ops };
  };

  const setStatus = (change: Partial<Status>): void => {
    status = { ...status, ...change };
    post({ type: 'status', status });
  };

  const exportItems = (): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

  const api: ReplicaApi = {
    open: async (openOptions, port) => {
      calls.push('open');
      opened.push(openOptions);
      stream = port;
      const outcome = options.openOutcome ?? { type: 'opened', signer: status.signer };
      if (outcome.type === 'opened' && options.holdSnapshot !== true) postSnapshot();
      post({ type: 'status', status });
      return outcome;
    },
    command: async (command) => {
      commands.push(command);
      if (hanging) return new Promise(() => {});
      const refused = refusal;
      refusal = null;
      return refused ?? run(command);
    },
    disconnect: async () => {
      calls.push('disconnect');
      setStatus({ socket: { name: 'stopped' } });
    },
    addLag: async (lagMs) => {
      calls.push(`addLag ${lagMs}`);
      setStatus({ addedLagMs: lagMs });
    },
    setToken: async (token) => {
      calls.push(`setToken ${token}`);
      setStatus({ socket: { name: 'open' } });
    },
    reconnect: async () => {
      calls.push('reconnect');
      setStatus({ socket: { name: 'open' } });
    },
    refreshDurability: async () => {
      calls.push('refreshDurability');
    },
    wake: async () => {
      calls.push('wake');
    },
    query: async (query) => {
      calls.push(query.type);
      return options.answer?.(query) ?? { type: 'export-ops', text: exportItems() };
    },
    close: async () => {
      calls.push('close');
      stream?.close();
    },
  };

  return {
    connect: (onFailure) => {
      calls.push('start');
      reportFailure = onFailure;
      return { api, release: () => calls.push('release') };
    },
    calls,
    commands,
    opened,
    view: () => [...items],
    change: (...changes) => apply(changes),
    setStatus,
    snapshot: postSnapshot,
    setUnacknowledged: (change, ...items) => post({ type: 'unacknowledged', change, items }),
    refuseNext: (reason, detail) => {
      refusal = { type: 'refused', reason, detail };
    },
    hang: () => {
      hanging = true;
    },
    fail: (detail) => reportFailure(detail),
  };
}

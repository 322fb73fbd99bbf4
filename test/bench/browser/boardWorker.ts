/**
 * Takes the place of the replica worker: a board of as many items as the pipeline's name says
 * (`items-10000`), half of them archived, and others who change it at the rate that is asked for on
 * the channel `bench`. Each op is a patch of its own, which is the most that a page can get.
 */

import { expose } from 'comlink';
import type {
  Change,
  Command,
  CommandOutcome,
  ItemId,
  ItemView,
  MessagePort,
  OpenOptions,
  OpenOutcome,
  ReplicaApi,
  StreamMessage,
} from '../../../worker/api.ts';
import { snapshotParts } from '../../../worker/snapshotParts.ts';
import { EMPTY_FIELDS, LIVE_STATUS } from '../../support/fakeReplica.ts';

/** What the bench asks for, and hears when it is done. */
export type Load =
  | { readonly type: 'start'; readonly opsPerS: number; readonly durationMs: number }
  | { readonly type: 'rename'; readonly id: ItemId; readonly name: string }
  | { readonly type: 'done'; readonly ops: number };

interface Item {
  readonly id: ItemId;
  stage: string;
}

const TICK_MS = 4;
const ARCHIVED = '6_archived';
const STAGES = ['1_backlog', '2_current', '3_qa', '4_merge', '5_done', ARCHIVED] as const;
const WORDS = 'gate merge agent board stage retry queue review window index'.split(' ');

let seed = 1;
/** Park and Miller's generator: the same changes in every run. */
function below(limit: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % limit;
}
const words = (count: number): string =>
  Array.from({ length: count }, () => WORDS[below(WORDS.length)]).join(' ');

const items: Item[] = [];
let made = 0;
let stream: MessagePort | null = null;
const channel = new BroadcastChannel('bench');

function makeItem(): ItemView {
  made += 1;
  // As an op's id, two have next to nothing in common.
  const id = Array.from({ length: 8 }, () =>
    below(2 ** 31)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  const stage = below(2) === 0 ? ARCHIVED : (STAGES[below(5)] ?? ARCHIVED);
  const name = words(3 + below(12));
  const story_id = `${made}_${below(4) === 0 ? 'bug' : 'story'}_${made}`;
  const agent = below(3) === 0 ? 'coder-1' : '';
  return { id, fields: { ...EMPTY_FIELDS, story_id, name, stage, agent } };
}

function insertAt(index: number): Change {
  const item = makeItem();
  items.splice(index, 0, { id: item.id, stage: item.fields.stage ?? '' });
  return { type: 'insert', index, item };
}

/** Half of them moves, as work on a pipeline is. */
function makeChange(): Change {
  const dice = below(100);
  const index = below(items.length);
  const item = items[index];
  if (item === undefined || dice < 8) return insertAt(dice < 4 ? items.length : index);
  if (dice < 12) {
    items.splice(index, 1);
    return { type: 'remove', id: item.id };
  }
  if (dice < 62) {
    item.stage = STAGES[below(STAGES.length)] ?? ARCHIVED;
    return { type: 'update', id: item.id, fields: { stage: item.stage } };
  }
  if (dice < 80) return { type: 'update', id: item.id, fields: { name: words(3 + below(12)) } };
  return { type: 'update', id: item.id, fields: { blocked: below(2) === 0, agent: 'coder-2' } };
}

const post = (message: StreamMessage): void => stream?.postMessage(message);

function start({ opsPerS, durationMs }: Extract<Load, { type: 'start' }>): void {
  const startMs = performance.now();
  let ops = 0;
  const timer = setInterval(() => {
    const elapsedMs = Math.min(performance.now() - startMs, durationMs);
    for (; ops < (elapsedMs * opsPerS) / 1000; ops += 1) {
      post({ type: 'patch', changes: [makeChange()] });
    }
    if (elapsedMs < durationMs) return;
    clearInterval(timer);
    channel.postMessage({ type: 'done', ops } satisfies Load);
  }, TICK_MS);
}

channel.onmessage = ({ data }: MessageEvent<Load>) => {
  if (data.type === 'start') start(data);
  if (data.type === 'rename') {
    const { id, name } = data;
    post({ type: 'patch', changes: [{ type: 'update', id, fields: { name } }] });
    channel.postMessage({ type: 'done', ops: 1 } satisfies Load);
  }
};

const nothing = async (): Promise<void> => {};
const refused: CommandOutcome = { type: 'refused', reason: 'not-open', detail: 'a double' };

const api: ReplicaApi = {
  async open(options: OpenOptions, port: MessagePort): Promise<OpenOutcome> {
    stream = port;
    const count = Number(/^items-(\d+)$/.exec(options.pipeline)?.[1] ?? 0);
    const view = Array.from({ length: count }, makeItem);
    for (const { id, fields } of view) items.push({ id, stage: fields.stage ?? '' });
    for (const part of snapshotParts({ type: 'snapshot', items: view })) post(part);
    post({ type: 'status', status: LIVE_STATUS });
    return { type: 'opened', signer: LIVE_STATUS.signer };
  },
  command: async (_command: Command) => refused,
  disconnect: nothing,
  addLag: nothing,
  setToken: nothing,
  reconnect: nothing,
  wake: nothing,
  refreshDurability: nothing,
  query: async () => ({ type: 'export-ops', text: '' }),
  close: nothing,
};

expose(api);

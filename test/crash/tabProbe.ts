/**
 * Runs in a board's page before its own scripts. It edits through the page's own worker, by the API
 * that the page has, faster than hands could; notes what was asked, what was answered and what the
 * page showed; and notes when this tab becomes the one that leads.
 */
import { type Remote, wrap } from 'comlink';
import type { Command, CommandOutcome, ItemId, ReplicaApi } from '../../worker/api.ts';

export type TabNote =
  /** `token`: a text that this edit alone writes. `ops`: how many ops it takes. */
  | { readonly type: 'asked'; readonly token: string; readonly ops: number }
  | { readonly type: 'answered'; readonly token: string; readonly outcome: CommandOutcome }
  /** This tab's board shows this edit of this tab. */
  | { readonly type: 'shown'; readonly token: string }
  /** Unix times. `lastBeatMs`: the former leader's last sign of life; 0: there was none. */
  | { readonly type: 'leads'; readonly atMs: number; readonly lastBeatMs: number };

export interface EditPlan {
  /** Start of every token; no other plan has it. */
  readonly prefix: string;
  /** Commands that wait for their answer at any time. */
  readonly inFlight: number;
  /** Pause before the next one. */
  readonly pauseMs: number;
}

export interface TabProbe {
  /** Edits until `stopEdits`. */
  startEdits(plan: EditPlan): void;
  /** Resolves to the number of commands that are still not answered after `patienceMs`. */
  stopEdits(patienceMs: number): Promise<number>;
  exportOps(): Promise<string>;
  /** The status region's attributes. */
  status(): { readonly [name: string]: string | undefined };
  /** All cards, by column and in order, as they say themselves. */
  board(): string;
}

declare global {
  var tabProbe: TabProbe;
  /** Given by the browser's driver. `notes`: JSON of TabNote[]. */
  var noteInTab: (notes: string) => void;
}

const BEAT_MS = 10;
/** Stories of one board at most, so that each has a card; further adds become edits. */
const STORIES_MAX = 12;
const TOKEN = /edit-[a-z0-9]+-\d+/g;

/** Held for good: a Comlink proxy that is collected takes its worker's end along. */
const replicas: Remote<ReplicaApi>[] = [];
globalThis.Worker = new Proxy(Worker, {
  construct(target, args) {
    const worker = Reflect.construct(target, args) as Worker;
    replicas.push(wrap<ReplicaApi>(worker));
    return worker;
  },
});

/** Notes of one turn go together, before the next: the driver is slower than the tabs. */
const notes: TabNote[] = [];
const turn = new MessageChannel();
turn.port1.onmessage = () => {
  if (notes.length > 0) globalThis.noteInTab(JSON.stringify(notes.splice(0)));
};

function note(news: TabNote): void {
  notes.push(news);
  turn.port2.postMessage(null);
}

let isEditing = false;
let edits = 0;
const askedHere = new Set<string>();
const unanswered = new Set<string>();

globalThis.tabProbe = {
  startEdits({ prefix, inFlight, pauseMs }) {
    isEditing = true;
    for (let lane = 0; lane < inFlight; lane += 1) void editInLane(prefix, pauseMs);
  },
  async stopEdits(patienceMs) {
    isEditing = false;
    const until = performance.now() + patienceMs;
    while (unanswered.size > 0 && performance.now() < until) await pause(BEAT_MS);
    return unanswered.size;
  },
  async exportOps() {
    const answer = await replica().query({ type: 'export-ops' });
    return answer.type === 'export-ops' ? answer.text : '';
  },
  status: () => ({ ...document.querySelector<HTMLElement>('[data-role]')?.dataset }),
  board: () =>
    [...document.querySelectorAll('section[data-stage], [data-item-id] button[aria-label]')]
      .map((element) => element.getAttribute('aria-label'))
      .join('\n'),
};

async function editInLane(prefix: string, pauseMs: number): Promise<void> {
  while (isEditing) {
    edits += 1;
    const token = `edit-${prefix}-${edits}`;
    const { command, ops } = chooseCommand(token);
    unanswered.add(token);
    askedHere.add(token);
    note({ type: 'asked', token, ops });
    const outcome = await replica().command(command);
    unanswered.delete(token);
    note({ type: 'answered', token, outcome });
    if (pauseMs > 0) await pause(pauseMs);
  }
}

/** Adds, and edits of one register or two of a story that other tabs edit as well. */
function chooseCommand(token: string): { readonly command: Command; readonly ops: number } {
  const ids = [...document.querySelectorAll('[data-item-id]')].map(
    (card) => card.getAttribute('data-item-id') as ItemId,
  );
  const id = ids[Math.floor(Math.random() * ids.length)];
  if (id === undefined || (ids.length < STORIES_MAX && edits % 8 === 0)) {
    return { command: { type: 'add', fields: { name: token, stage: '1_backlog' } }, ops: 1 };
  }
  const fields = edits % 3 === 0 ? { name: token, agent: token } : { name: token };
  return { command: { type: 'edit', id, fields }, ops: Object.keys(fields).length };
}

function replica(): Remote<ReplicaApi> {
  const newest = replicas.at(-1);
  if (newest === undefined) throw new Error('the page has no worker yet');
  return newest;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

const beats = new BroadcastChannel('tab-probe-beats');
let lastBeatMs = 0;
let isLeading = false;
beats.onmessage = ({ data }: MessageEvent<number>) => {
  lastBeatMs = data;
};
setInterval(() => {
  if (isLeading) beats.postMessage(Date.now());
}, BEAT_MS);

new MutationObserver((mutations) => {
  const leads = document.querySelector('[data-role=leader]') !== null;
  if (leads && !isLeading) note({ type: 'leads', atMs: Date.now(), lastBeatMs });
  isLeading = leads;
  for (const { target } of mutations) {
    for (const token of labelOf(target).match(TOKEN) ?? []) {
      if (askedHere.delete(token)) note({ type: 'shown', token });
    }
  }
}).observe(document, {
  subtree: true,
  childList: true,
  attributeFilter: ['data-role', 'aria-label'],
});

/** What the changed part of the board says, if it is a card or holds some. */
function labelOf(target: Node): string {
  if (!(target instanceof Element)) return '';
  const labels = [...target.querySelectorAll('[data-item-id] [aria-label]'), target].map(
    (element) => element.getAttribute('aria-label') ?? '',
  );
  return labels.join(' ');
}

/** Writing a bug bundle, and reading one that may be anybody's. Pure. */

import type { BugBundle, BundlePage, Inspection, Status } from './api.ts';
import { FIELD_NAMES } from './crdt/view.ts';
import { FRAMES_MAX, OPS_MAX, REFUSALS_MAX } from './inspection.ts';
import { HELD_LISTED_MAX } from './inspector.ts';
import {
  type Check,
  isAny,
  isHex,
  isList,
  isNull,
  isNumber,
  isOneOf,
  isRecord,
  isTable,
  isText,
} from './shape.ts';

const FORMAT = 'huskies-bug-bundle';
const VERSION = 1;

/** Longest file that is read: some 200,000 ops. */
export const BUNDLE_BYTES_MAX = 256 * 1024 * 1024;

const OPS_LISTED_MAX = 1_000_000;

/** What a bundle is made of besides its ops. */
export type BundleHead = Pick<BugBundle, 'pipeline' | 'page' | 'inspection'>;

/** `head` may hold more than a bundle has: only what is named here is written. */
export function encodeBundleHead({ pipeline, page, inspection }: BundleHead): string {
  const { savedAtMs, browser, settings } = page;
  const head = {
    format: FORMAT,
    version: VERSION,
    pipeline,
    page: { savedAtMs, browser, settings, status: bundledStatus(page.status) },
    inspection: { ...inspection, peer: inspection.peer && withPlainAddress(inspection.peer) },
  };
  // Without its closing brace: the lists of ops come behind it.
  return JSON.stringify(head).slice(0, -1);
}

/** `texts` behind what was written so far, a text a line. */
export async function* encodeTexts(
  name: 'ops' | 'held',
  texts: AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let separator = '\n';
  for await (const some of texts) {
    if (some.length === 0) continue;
    yield separator + some.map((text) => JSON.stringify(text)).join(',\n');
    separator = ',\n';
  }
  yield ']';
}

const STATUS_NAMES = [
  ...['socket', 'sync', 'unacknowledgedOps', 'durability', 'role', 'held', 'rejected'],
  ...['signer', 'ownOps', 'damagedRecords', 'address', 'addedLagMs'],
];

/** A name that is not listed is not written, whatever becomes part of a status. */
function bundledStatus(status: Status): object {
  const entries = Object.entries(status).filter(([name]) => STATUS_NAMES.includes(name));
  return withPlainAddress(Object.fromEntries(entries));
}

/** Name, password and query of an address may be secrets. */
function withPlainAddress<Holder extends { readonly address?: unknown }>(holder: Holder): Holder {
  const { address } = holder;
  if (typeof address !== 'string') return holder;
  const [, scheme = '', host = '', path = ''] =
    /^(wss?:\/\/)(?:[^/?#]*@)?([^/?#]*)([^?#]*)/.exec(address) ?? [];
  return { ...holder, address: scheme + host + path };
}

export type ParsedBundle =
  | { readonly type: 'read'; readonly bundle: BugBundle }
  | { readonly type: 'rejected'; readonly detail: string };

/** Reads a file of anybody's. Never throws. */
export function parseBundle(text: string): ParsedBundle {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return reject('it is not a bug bundle');
  const fields: { readonly [name: string]: unknown } = { ...value };
  if (fields['format'] !== FORMAT) return reject('it is not a bug bundle');
  if (fields['version'] !== VERSION) return reject('it was saved by another version of this page');
  const wrong = Object.entries(BUNDLE).find(([name, check]) => !check(fields[name]));
  if (wrong !== undefined) return reject(`its part ${wrong[0]} cannot be read`);
  if (!isBundle(value)) return reject('it has a part that this page does not know');
  return { type: 'read', bundle: value };
}

function reject(detail: string): ParsedBundle {
  return { type: 'rejected', detail };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isKey = isHex(64);
const isWords = isText(4096);

const OP_FACTS = isRecord({
  type: isOneOf('insert', 'set', 'delete'),
  item: isKey,
  field: isOneOf(null, ...FIELD_NAMES),
  signer: isKey,
});

const TRAFFIC = isRecord({ frames: isNumber, bytes: isNumber });

const INSPECTION = isRecord({
  recorder: isWords,
  frames: isList(
    isRecord({
      number: isNumber,
      atMs: isNumber,
      direction: isOneOf('in', 'out'),
      kind: isOneOf('greeting', 'beat', 'bulk', 'op', 'ack', 'reconcile', 'unknown'),
      bytes: isNumber,
      ops: isAny(isNull, isNumber),
      detail: isWords,
    }),
    FRAMES_MAX,
  ),
  ops: isList(
    isRecord({
      number: isNumber,
      atMs: isNumber,
      outcome: isOneOf('own', 'applied', 'duplicate', 'held', 'released', 'rejected'),
      key: isAny(isNull, isKey),
      op: isAny(isNull, OP_FACTS),
      why: isWords,
    }),
    OPS_MAX,
  ),
  refusals: isList(
    isRecord({
      number: isNumber,
      atMs: isNumber,
      what: isOneOf('op', 'frame'),
      reason: isWords,
      detail: isWords,
    }),
    REFUSALS_MAX,
  ),
  held: isList(
    isRecord({ key: isKey, op: OP_FACTS, cause: isAny(isKey, isHex(128)), bytes: isNumber }),
    HELD_LISTED_MAX,
  ),
  peer: isAny(
    isNull,
    isRecord({
      address: isWords,
      openedAtMs: isNumber,
      capabilities: isAny(isNull, isList(isWords, 100)),
      received: TRAFFIC,
      sent: TRAFFIC,
    }),
  ),
  roundTripsMs: isList(isNumber, 1000),
} satisfies { readonly [Name in keyof Inspection]: Check });

const SOCKET = isAny(
  isRecord({ name: isOneOf('idle', 'connecting', 'open', 'stopped') }),
  isRecord({ name: isOneOf('waiting'), retryAtMs: isNumber, attempt: isNumber }),
  isRecord({ name: isOneOf('refused'), code: isNumber, reason: isWords }),
  isRecord({
    name: isOneOf('needs-auth'),
    asked: isOneOf('token', 'key'),
    code: isNumber,
    reason: isWords,
  }),
);

const SYNC = isAny(
  isRecord({ name: isOneOf('live') }),
  isRecord({ name: isOneOf('catching-up'), done: isNumber, total: isNumber }),
);

const STATUS = isRecord(
  {
    socket: SOCKET,
    sync: SYNC,
    unacknowledgedOps: isNumber,
    durability: isOneOf('persisted', 'best-effort', 'memory', 'full', 'broken'),
    role: isOneOf('leader', 'follower', 'alone'),
    held: isRecord({ ops: isNumber, bytes: isNumber }),
    rejected: isTable(isNumber, 100),
    signer: isAny(isKey, isOneOf('')),
    ownOps: isNumber,
    damagedRecords: isNumber,
    address: isAny(isNull, isWords),
  } satisfies { readonly [Name in keyof Required<Omit<Status, 'addedLagMs' | 'hasToken'>>]: Check },
  { addedLagMs: isNumber, hasToken: isOneOf(true) },
);

const PAGE = isRecord({
  savedAtMs: isNumber,
  browser: isWords,
  settings: isTable(isAny(isNumber, isWords, isOneOf(true, false)), 100),
  status: STATUS,
} satisfies { readonly [Name in keyof BundlePage]: Check });

export function isBundlePage(value: unknown): value is BundlePage {
  return PAGE(value);
}

const isAnyText: Check = (value) => typeof value === 'string';

const BUNDLE = {
  format: isOneOf(FORMAT),
  version: isOneOf(VERSION),
  pipeline: isText(64),
  page: PAGE,
  inspection: INSPECTION,
  // Each is examined as one from a peer is.
  ops: isList(isAnyText, OPS_LISTED_MAX),
  held: isList(isAnyText, OPS_LISTED_MAX),
} satisfies { readonly [Name in keyof BugBundle]: Check };

function isBundle(value: unknown): value is BugBundle {
  return isRecord(BUNDLE)(value);
}

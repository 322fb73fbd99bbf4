import type { RejectReason } from '../crdt/op.ts';

/**
 * What the relay counts. Names and label values are those of the tables here and no others, so that
 * nothing that a peer sends can become a time series.
 */

const REJECT_REASONS: { readonly [Reason in RejectReason]: Reason } = {
  'too-large': 'too-large',
  unparsable: 'unparsable',
  'seq-too-large': 'seq-too-large',
  'too-many-dependencies': 'too-many-dependencies',
  'small-order-key': 'small-order-key',
  'bad-shape': 'bad-shape',
  'missing-fields': 'missing-fields',
  'wrong-id': 'wrong-id',
  'wrong-signature': 'wrong-signature',
};

/** `lost`: could not be stored. `acknowledged` counts also what was known before. */
const OP_OUTCOMES = ['received', 'stored', 'known', 'held', 'lost', 'acknowledged'] as const;

/** Of RFC 6455's registry and our own; any other counts as `other`. */
const CLOSE_CODES = [
  ...['1000', '1001', '1002', '1005', '1006', '1007', '1008', '1009', '1011', '1012', '1013'],
  ...['4401', '4403', '4408', 'other'],
] as const;

const ENDS = ['listener', 'dialler'] as const;
/** Names of `SocketStatus`. */
const DIAL_STATUSES = [
  ...(['idle', 'connecting', 'open', 'waiting'] as const),
  ...(['needs-auth', 'refused', 'stopped'] as const),
] as const;
const DIRECTIONS = ['in', 'out'] as const;

export const COUNTERS = {
  ops: counter('Ops by what became of them', 'outcome', OP_OUTCOMES),
  ops_rejected: counter('Ops that are invalid for ever', 'reason', Object.values(REJECT_REASONS)),
  frames: counter('WebSocket messages with peers', 'direction', DIRECTIONS),
  bytes: counter('Bytes of these messages', 'direction', DIRECTIONS),
  connections_opened: counter('Connections, by the end that this relay was', 'end', ENDS),
  connections_closed: counter('Connections that ended, by close code', 'code', CLOSE_CODES),
  admissions: counter('Answers to those who want to sync', 'answer', [
    'admitted',
    'refused',
    'unavailable',
  ]),
  limit_hits: counter('Times that a limit kept somebody out, or slowed somebody', 'limit', [
    'connections',
    'connections-per-address',
    'connections-per-key',
    'failed-attempts',
    'unauthenticated-time',
    'unauthenticated-bytes',
    'request-head',
    'frame-bytes',
    'frames-rate',
    'ops-rate',
    'too-fast-too-long',
    'bulks-in',
    'bulks-out',
    'pipelines',
    'pipeline-ops',
    'pipeline-bytes',
    'wrong-signatures',
    'outbound-queue',
    'inbound-queue',
  ]),
  access_failures: counter('Those who asked to sync and were not let in', 'answer', [
    'unauthenticated',
    'forbidden',
  ]),
  backplane_ops: counter('Messages of the stream between relays', 'outcome', [
    'published',
    'received',
    'rejected',
  ]),
  dials_refused: counter('Times that a node which is dialled did not let this relay in', 'answer', [
    'needs-auth',
    'refused',
  ]),
  verifications: counter('Signatures checked; slow: node:crypto did not accept it', 'path', [
    'native',
    'slow',
  ]),
} as const;

export const GAUGES = {
  rendezvous: counter('Nodes that this relay dials, by how that is', 'status', DIAL_STATUSES),
  connections: counter('Connections that are open, by the end that this relay is', 'end', ENDS),
  connection_states: counter('Connections of those who dialled, by how far they are', 'state', [
    'opening',
    'unauthenticated',
    'open',
    'draining',
  ]),
  backplane: counter('The stream between relays: sessions; ops not published or not read', 'of', [
    'connected',
    'unpublished',
    'unread',
  ]),
} as const;

export const HISTOGRAMS = {
  append_seconds: {
    help: 'Time until an append to the log is on the disk',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
  },
  append_ops: { help: 'Ops that share one fsync', buckets: [1, 2, 5, 10, 50, 100, 500, 1000] },
} as const;

export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;
export type HistogramName = keyof typeof HISTOGRAMS;
export type CounterLabel<Name extends CounterName> = (typeof COUNTERS)[Name]['values'][number];
export type GaugeLabel<Name extends GaugeName> = (typeof GAUGES)[Name]['values'][number];

export interface Metrics {
  count<Name extends CounterName>(name: Name, label: CounterLabel<Name>, by?: number): void;
  /** Changes a gauge by so much. */
  move<Name extends GaugeName>(name: Name, label: GaugeLabel<Name>, by: number): void;
  observe(name: HistogramName, value: number): void;
}

export const NO_METRICS: Metrics = {
  count: () => undefined,
  move: () => undefined,
  observe: () => undefined,
};

export function closeCodeLabel(code: number): CounterLabel<'connections_closed'> {
  return CLOSE_CODES.find((known) => known === String(code)) ?? 'other';
}

function counter<const Values extends readonly string[]>(
  help: string,
  label: string,
  values: Values,
): { readonly help: string; readonly label: string; readonly values: Values } {
  return { help, label, values };
}

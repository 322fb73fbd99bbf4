/**
 * Whether the end that dialled may come in, as a pure and total machine of the end that was dialled.
 * It stands between socket and session: until it opens, no frame reaches the session and nothing of
 * the log, nor what this end can do, goes out.
 *
 * Invariant 1: the session gets the peer's first frame, and only after it was let in.
 * Invariant 2: a challenge is for one connection and answered once.
 * Invariant 3: what is said to a peer depends on what it showed, never on what exists here.
 * Invariant 4: `open` and `shut` are final.
 */

import {
  type Challenge,
  encodeChallenge,
  type Proof,
  parseFirstFrame,
  parseProof,
} from '../wire/accessFrames.ts';

/** How long a peer that is not let in may take. */
export const GATE_TIMEOUT_MS = 10_000;

/** RFC 6455 leaves 4000 to 4999 to us; the last two digits are those of HTTP. */
export const UNAUTHENTICATED = 4401;
export const FORBIDDEN = 4403;

/** Whether a close says that other credentials are needed. */
export function isAccessCode(code: number): boolean {
  return code === UNAUTHENTICATED || code === FORBIDDEN;
}

/** What a peer has to show; `asked` in the status of the end that dials. */
export type Credential = 'token' | 'key';

export type GateRule =
  | { readonly asks: 'token' }
  | { readonly asks: 'key'; readonly challenge: Challenge };

export type Gate =
  /** The peer has said nothing. */
  | { readonly name: 'waiting'; readonly rule: GateRule }
  | { readonly name: 'challenged'; readonly challenge: Challenge; readonly firstFrame: string }
  /** What it showed is looked up. */
  | { readonly name: 'judging'; readonly asks: Credential; readonly firstFrame: string }
  | { readonly name: 'open' }
  | { readonly name: 'shut' };

export type Verdict =
  | 'admitted'
  /** Nobody we know. */
  | 'unknown'
  /** Somebody we know, who may not have this pipeline. */
  | 'forbidden';

export type GateEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'frame'; readonly frame: string | Uint8Array }
  | { readonly type: 'judged'; readonly verdict: Verdict }
  | { readonly type: 'timeout' }
  | { readonly type: 'closed' };

export type GateEffect =
  | { readonly type: 'start-timer'; readonly delayMs: number }
  | { readonly type: 'stop-timer' }
  | { readonly type: 'send'; readonly frame: string }
  /** Answered by `judged`, at once or later. */
  | { readonly type: 'judge-token'; readonly token: string }
  | { readonly type: 'judge-proof'; readonly proof: Proof; readonly challenge: Challenge }
  | { readonly type: 'let-in'; readonly firstFrame: string }
  /** `reason`: at most 123 bytes. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string };

export type GateStep = readonly [Gate, readonly GateEffect[]];

/** The reason of a close for want of time. */
export const TOO_LATE = 'you did not show in time who you are';

const REASONS = {
  late: TOO_LATE,
  unreadable: 'this is no first frame of somebody who has to show who they are',
  'no-token': 'this relay asks for a token',
  'no-proof': 'this relay asks for a signed challenge',
  token: 'this relay does not take this token',
  key: 'this relay does not take this key, or was dialled by a name that it does not know',
  forbidden: 'you may not have this pipeline',
} as const;

export function createGate(rule: GateRule): Gate {
  return { name: 'waiting', rule };
}

export function stepGate(gate: Gate, event: GateEvent): GateStep {
  if (gate.name === 'open' || gate.name === 'shut') return [gate, []];
  switch (event.type) {
    case 'opened':
      return [gate, [{ type: 'start-timer', delayMs: GATE_TIMEOUT_MS }]];
    case 'frame':
      return takeFrame(gate, event.frame);
    case 'judged':
      return gate.name === 'judging' ? takeVerdict(gate, event.verdict) : [gate, []];
    case 'timeout':
      return shut(UNAUTHENTICATED, 'late');
    case 'closed':
      return [{ name: 'shut' }, [{ type: 'stop-timer' }]];
  }
}

type Closed = Exclude<Gate, { readonly name: 'open' | 'shut' }>;

function takeFrame(gate: Closed, frame: string | Uint8Array): GateStep {
  // Where this end has the word, a peer that goes on talking is none that knows the protocol.
  if (typeof frame !== 'string' || gate.name === 'judging') {
    return shut(UNAUTHENTICATED, 'unreadable');
  }
  return gate.name === 'waiting' ? takeFirst(gate.rule, frame) : takeProof(gate, frame);
}

function takeFirst(rule: GateRule, firstFrame: string): GateStep {
  const parsed = parseFirstFrame(firstFrame);
  if (parsed === null) return shut(UNAUTHENTICATED, 'unreadable');
  if (rule.asks === 'key') {
    const { challenge } = rule;
    const send: GateEffect = { type: 'send', frame: encodeChallenge(challenge) };
    return [{ name: 'challenged', challenge, firstFrame }, [send]];
  }
  if (parsed.token === null) return shut(UNAUTHENTICATED, 'no-token');
  return [
    { name: 'judging', asks: 'token', firstFrame },
    [{ type: 'judge-token', token: parsed.token }],
  ];
}

function takeProof(
  { challenge, firstFrame }: Extract<Gate, { readonly name: 'challenged' }>,
  frame: string,
): GateStep {
  const proof = parseProof(frame);
  if (proof === null) return shut(UNAUTHENTICATED, 'no-proof');
  return [
    { name: 'judging', asks: 'key', firstFrame },
    [{ type: 'judge-proof', proof, challenge }],
  ];
}

function takeVerdict(
  { asks, firstFrame }: Extract<Gate, { readonly name: 'judging' }>,
  verdict: Verdict,
): GateStep {
  switch (verdict) {
    case 'admitted':
      return [{ name: 'open' }, [{ type: 'stop-timer' }, { type: 'let-in', firstFrame }]];
    case 'unknown':
      return shut(UNAUTHENTICATED, asks);
    case 'forbidden':
      return shut(FORBIDDEN, 'forbidden');
  }
}

function shut(code: number, why: keyof typeof REASONS): GateStep {
  return [
    { name: 'shut' },
    [{ type: 'stop-timer' }, { type: 'close', code, reason: REASONS[why] }],
  ];
}

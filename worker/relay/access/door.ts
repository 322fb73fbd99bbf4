import { toBytes, toHex } from '../../crdt/bytes.ts';
import type { Clock, Random, Verifier } from '../../ports.ts';
import { FORBIDDEN, type GateRule, UNAUTHENTICATED, type Verdict } from '../../sync/gate.ts';
import type { Judge } from '../../sync/guardedSocket.ts';
import { withRetryHint } from '../../sync/retryHint.ts';
import { type Challenge, digestChallenge, type Proof } from '../../wire/accessFrames.ts';
import type { AccessFile } from './accessFile.ts';
import {
  type AccessEntry,
  entryFor,
  mayWrite,
  plainAddress,
  type Role,
  type Shown,
} from './accessList.ts';
import { ATTEMPT_REFILL_MS, createAttempts } from './attempts.ts';
import { isLoopback } from './listeningRule.ts';
import { bearerToken, findToken, hashToken } from './tokens.ts';

/**
 * Who may come in to a relay, as its rule and its access file have it.
 *
 * Invariant 1: what a stranger is told does not depend on which pipelines, keys or tokens there are.
 * Invariant 2: a proof counts for the relay's own names, never for one that the peer says.
 */

export type AuthRule = 'open' | 'token' | 'keys';

export interface Caller {
  readonly pipeline: string;
  /** IP address of the other end. */
  readonly address: string;
  /** Host and port that it reached, as `URL.host` writes them. */
  readonly reached: string;
  /** Header `Authorization`. */
  readonly authorization: string | undefined;
}

/** Somebody who is in. `shown`: null where everybody is. */
export interface Pass {
  readonly name: string;
  readonly role: Role;
  readonly shown: Shown | null;
}

export type Entrance =
  | { readonly type: 'in'; readonly pass: Pass }
  /** To be asked through the gate; `pass` is there once the judge has admitted somebody. */
  | {
      readonly type: 'ask';
      readonly rule: GateRule;
      readonly judge: Judge;
      pass(): Pass | null;
    }
  | { readonly type: 'away'; readonly code: number; readonly reason: string };

export interface Door {
  enter(caller: Caller): Entrance;
  /** What became of a pass since. */
  review(pass: Pass, pipeline: string): 'same' | 'changed' | 'gone';
  /** Whether ops of this signer are taken, whoever brings them. */
  maySign(pipeline: string, signer: string): boolean;
  onChange(run: () => void): void;
  close(): void;
}

export interface DoorDeps {
  /** null: the rule is `open`. */
  readonly file: AccessFile | null;
  readonly rule: AuthRule;
  /** Names that peers dial it by; none: the address that a connection reached. */
  readonly publicHosts: readonly string[];
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly random: Random;
}

const NONCE_BYTES = 32;
const CHALLENGE_MS = 10_000;
const TRY_LATER = 1013;
const TOO_MANY_FAILURES = withRetryHint('too many failed attempts', ATTEMPT_REFILL_MS / 1000);
const EVERYBODY: Pass = { name: 'anybody', role: 'write', shown: null };

export function createDoor(deps: DoorDeps): Door {
  const { file, rule, clock, random, verifier } = deps;
  const attempts = createAttempts(clock);

  const entriesOf = (shown: Shown): readonly AccessEntry[] => file?.list().entriesOf(shown) ?? [];

  /** The verdict on what somebody has shown to be theirs. */
  function decide(shown: Shown, pipeline: string): Verdict | Pass {
    const entries = entriesOf(shown);
    const entry = entryFor(entries, pipeline);
    if (entry !== undefined) return { name: entry.name, role: entry.role, shown };
    return entries.length > 0 ? 'forbidden' : 'unknown';
  }

  function judgeToken(token: string, pipeline: string): Verdict | Pass {
    const id = findToken(token, file?.list().tokenHashes ?? []) ?? hashToken(token);
    return decide({ type: 'token', id }, pipeline);
  }

  async function isProven(proof: Proof, challenge: Challenge, caller: Caller): Promise<boolean> {
    if (clock.nowMs() > challenge.notAfterMs) return false;
    const hosts = deps.publicHosts.length > 0 ? deps.publicHosts : ownNames(caller.reached);
    const checks = hosts.map((host) => ({
      publicKey: toBytes(proof.key),
      digest: digestChallenge({ host, pipeline: caller.pipeline }, challenge),
      signature: toBytes(proof.signature),
    }));
    const answers = await verifier.verify(checks, attempts.of(caller.address));
    return answers.includes(true);
  }

  function ask(caller: Caller): Entrance {
    let pass: Pass | null = null;
    const note = (decision: Verdict | Pass): Verdict => {
      if (typeof decision !== 'string') {
        pass = decision;
        return 'admitted';
      }
      if (decision === 'unknown') attempts.of(caller.address).spend();
      return decision;
    };
    const judge: Judge = {
      token: (token) => note(judgeToken(token, caller.pipeline)),
      async proof(proof, challenge) {
        const proven = await isProven(proof, challenge, caller);
        return note(proven ? decide({ type: 'key', id: proof.key }, caller.pipeline) : 'unknown');
      },
    };
    const gate: GateRule =
      rule === 'keys' ? { asks: 'key', challenge: createChallenge() } : { asks: 'token' };
    return { type: 'ask', rule: gate, judge, pass: () => pass };
  }

  function createChallenge(): Challenge {
    return { nonce: toHex(random.bytes(NONCE_BYTES)), notAfterMs: clock.nowMs() + CHALLENGE_MS };
  }

  return {
    enter(caller) {
      if (rule === 'open') return { type: 'in', pass: EVERYBODY };
      const listed = decide({ type: 'address', id: plainAddress(caller.address) }, caller.pipeline);
      if (typeof listed !== 'string') return { type: 'in', pass: listed };
      // Behind a proxy on this machine everybody has its address: one would shut out all.
      if (attempts.of(caller.address).isSpent() && !isLoopback(plainAddress(caller.address))) {
        return { type: 'away', code: TRY_LATER, reason: TOO_MANY_FAILURES };
      }
      if (caller.authorization === undefined) return ask(caller);
      const token = bearerToken(caller.authorization);
      const decision = token === null ? 'unknown' : judgeToken(token, caller.pipeline);
      if (typeof decision !== 'string') return { type: 'in', pass: decision };
      if (decision === 'forbidden') {
        return { type: 'away', code: FORBIDDEN, reason: 'you may not have this pipeline' };
      }
      attempts.of(caller.address).spend();
      const reason = 'this relay does not take this token';
      return { type: 'away', code: UNAUTHENTICATED, reason };
    },
    review({ shown, role }, pipeline) {
      if (shown === null) return 'same';
      const entry = entryFor(entriesOf(shown), pipeline);
      if (entry === undefined) return 'gone';
      return entry.role === role ? 'same' : 'changed';
    },
    maySign: (pipeline, signer) =>
      rule !== 'keys' || mayWrite(entryFor(entriesOf({ type: 'key', id: signer }), pipeline)),
    onChange: (run) => file?.onChange(run),
    close: () => file?.close(),
  };
}

/** On this machine a relay is called by its loopback address and by `localhost`. */
function ownNames(reached: string): readonly string[] {
  const [, host = '', port = ''] = /^(.*?)(:\d+)?$/.exec(reached) ?? [];
  return isLoopback(host.replace(/^\[|\]$/g, '')) ? [reached, `localhost${port}`] : [reached];
}

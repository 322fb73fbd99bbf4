/**
 * Checks signatures in a second worker: the call into WebCrypto alone takes a thread longer than all
 * else that an op from outside needs.
 *
 * Invariant: every call is answered; where the second worker fails, by this thread.
 */

import type { NativeCheck, SignatureCheck } from '../ports.ts';

/** Fewer than these are sooner checked than sent. */
const REMOTE_FROM_CHECKS = 32;

/** Public key, digest and signature. */
const CHECK_BYTES = 32 + 32 + 64;

/** The part of a `Worker` that this needs. */
export interface CheckWorker {
  postMessage(message: CheckRequest, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<CheckAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface CheckRequest {
  readonly number: number;
  /** `CHECK_BYTES` a check. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface CheckAnswer {
  readonly number: number;
  /** A byte a check: 1 if it was accepted. */
  readonly accepted: Uint8Array<ArrayBuffer>;
}

/** `createWorker` is called when there is first enough to check; null: there can be none. */
export function createRemoteCheck(
  createWorker: () => CheckWorker | null,
  here: NativeCheck,
): NativeCheck {
  const waiting = new Map<number, (accepted: readonly boolean[] | null) => void>();
  let worker: CheckWorker | null | undefined;
  let calls = 0;

  function start(): CheckWorker | null {
    const started = createWorker();
    if (started === null) return null;
    started.onmessage = ({ data: { number, accepted } }) => {
      waiting.get(number)?.(Array.from(accepted, (byte) => byte === 1));
    };
    // It could not be loaded, or died.
    started.onerror = () => {
      worker = null;
      for (const answer of waiting.values()) answer(null);
    };
    return started;
  }

  async function ask(
    to: CheckWorker,
    checks: readonly SignatureCheck[],
  ): Promise<readonly boolean[] | null> {
    calls += 1;
    const number = calls;
    const bytes = packChecks(checks);
    const answered = new Promise<readonly boolean[] | null>((resolve) => {
      waiting.set(number, resolve);
    });
    to.postMessage({ number, bytes }, [bytes.buffer]);
    const answer = await answered;
    waiting.delete(number);
    return answer;
  }

  return async (checks) => {
    if (checks.length < REMOTE_FROM_CHECKS) return here(checks);
    worker = worker === undefined ? start() : worker;
    return (worker && (await ask(worker, checks))) ?? here(checks);
  };
}

function packChecks(checks: readonly SignatureCheck[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(CHECK_BYTES * checks.length);
  for (const [index, { publicKey, digest, signature }] of checks.entries()) {
    bytes.set(publicKey, CHECK_BYTES * index);
    bytes.set(digest, CHECK_BYTES * index + 32);
    bytes.set(signature, CHECK_BYTES * index + 64);
  }
  return bytes;
}

/** The second worker's side. */
export async function answerCheck(
  check: NativeCheck,
  { number, bytes }: CheckRequest,
): Promise<CheckAnswer> {
  const checks = Array.from({ length: bytes.length / CHECK_BYTES }, (_, index) => {
    const at = CHECK_BYTES * index;
    return {
      publicKey: bytes.subarray(at, at + 32),
      digest: bytes.subarray(at + 32, at + 64),
      signature: bytes.subarray(at + 64, at + CHECK_BYTES),
    };
  });
  const accepted = await check(checks);
  return { number, accepted: Uint8Array.from(accepted, (yes) => (yes ? 1 : 0)) };
}

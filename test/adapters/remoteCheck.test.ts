import { expect, test } from 'vitest';
import {
  answerCheck,
  type CheckRequest,
  type CheckWorker,
  createRemoteCheck,
} from '../../worker/adapters/remoteCheck.ts';
import { createWebCryptoCheck } from '../../worker/adapters/webCryptoCheck.ts';
import { toBytes } from '../../worker/crdt/bytes.ts';
import type { NativeCheck, SignatureCheck } from '../../worker/ports.ts';
import { createSigner } from '../support/opFactory.ts';

const signer = createSigner(3);

const CHECKS: readonly SignatureCheck[] = Array.from({ length: 40 }, (_, index) => {
  const digest = new Uint8Array(32).fill(index);
  const signature = signer.sign(digest);
  const isForged = index % 3 === 0;
  return {
    publicKey: toBytes(signer.publicKey),
    digest: isForged ? new Uint8Array(32).fill(255) : digest,
    signature,
  };
});
const ANSWERS = CHECKS.map((_, index) => index % 3 !== 0);

/** A worker double that answers as the real one does, when told. */
function createWorkerDouble() {
  const requests: CheckRequest[] = [];
  const worker: CheckWorker = {
    postMessage: (request) => requests.push(structuredClone(request)),
    onmessage: null,
    onerror: null,
  };
  const check = createWebCryptoCheck();
  const answer = async (request: CheckRequest) =>
    worker.onmessage?.(new MessageEvent('message', { data: await answerCheck(check, request) }));
  return { worker, requests, answer };
}

const never: NativeCheck = async () => Promise.reject(new Error('asked in this thread'));

test('VER5 a large batch is checked in a second worker, each call answered by its own number', async () => {
  const { worker, requests, answer } = createWorkerDouble();
  const check = createRemoteCheck(() => worker, never);
  const all = check(CHECKS);
  const some = check(CHECKS.slice(1, 36));
  for (const request of [...requests].reverse()) await answer(request);
  expect([await all, await some]).toEqual([ANSWERS, ANSWERS.slice(1, 36)]);
});

test('VER5 a small batch is checked at once, and starts no worker', async () => {
  const check = createRemoteCheck(() => {
    throw new Error('started');
  }, createWebCryptoCheck());
  expect(await check(CHECKS.slice(0, 31))).toEqual(ANSWERS.slice(0, 31));
});

test('VER6 a second worker that fails leaves its calls, and all later ones, to this thread', async () => {
  const { worker, requests } = createWorkerDouble();
  let starts = 0;
  const check = createRemoteCheck(() => {
    starts += 1;
    return worker;
  }, createWebCryptoCheck());
  const first = check(CHECKS);
  worker.onerror?.(new Event('error') as ErrorEvent);
  expect([await first, await check(CHECKS)]).toEqual([ANSWERS, ANSWERS]);
  expect([starts, requests.length]).toEqual([1, 1]);
});

test('VER6 without a second worker this thread checks all', async () => {
  const check = createRemoteCheck(() => null, createWebCryptoCheck());
  expect(await check(CHECKS)).toEqual(ANSWERS);
});

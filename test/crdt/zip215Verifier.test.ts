import { expect, test, vi } from 'vitest';
import { toBytes } from '../../worker/crdt/bytes.ts';
import { verifySignature } from '../../worker/crdt/curve.ts';
import { createZip215Verifier } from '../../worker/crdt/zip215Verifier.ts';
import type { RefusalBudget, SignatureCheck } from '../../worker/ports.ts';
import { createSigner } from '../support/opFactory.ts';

const signer = createSigner(3);
const digest = new Uint8Array(32).fill(1);
const publicKey = toBytes(signer.publicKey);
const GOOD: SignatureCheck = { publicKey, digest, signature: signer.sign(digest) };
const FORGED: SignatureCheck = { ...GOOD, digest: new Uint8Array(32) };

test('VER7 answers what the platform accepts whole before noble is done, and judges the rest in order', async () => {
  const spent: string[] = [];
  const budgetOf = (name: string): RefusalBudget => ({
    isSpent: () => false,
    spend: () => spent.push(name),
  });
  let giveTurn = (): void => {};
  const turn = new Promise<void>((resolve) => {
    giveTurn = resolve;
  });
  const verifier = createZip215Verifier(
    async (checks) => checks.map((check) => check === GOOD),
    async () => verifySignature,
    () => turn,
  );
  // The first batch gives a turn away after 16, which does not come back until we say so.
  const first = verifier.verify(
    Array.from({ length: 17 }, () => FORGED),
    budgetOf('first'),
  );
  const whole = verifier.verify([GOOD, GOOD]);
  const third = verifier.verify([GOOD, FORGED], budgetOf('third'));

  expect(await whole).toEqual([true, true]);
  await vi.waitFor(() => expect(spent).toEqual(Array.from({ length: 16 }, () => 'first')));
  giveTurn();
  await first;
  expect(await third).toEqual([true, false]);
  expect(spent).toEqual([...Array.from({ length: 17 }, () => 'first'), 'third']);
});

test('VER10 what the platform does not accept is not judged while noble cannot be loaded', async () => {
  const judges = [null, verifySignature];
  const verifier = createZip215Verifier(
    async (checks) => checks.map((check) => check === GOOD),
    async () => judges.shift() ?? null,
    async () => undefined,
  );
  expect(await verifier.verify([GOOD, FORGED])).toEqual([true, null]);
  expect(await verifier.verify([GOOD, FORGED])).toEqual([true, false]);
});

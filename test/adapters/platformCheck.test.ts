import { afterEach, expect, test, vi } from 'vitest';
import { createPlatformCheck } from '../../worker/adapters/platformCheck.ts';
import { toBytes } from '../../worker/crdt/bytes.ts';
import type { SignatureCheck } from '../../worker/ports.ts';
import { createSigner } from '../support/opFactory.ts';

afterEach(() => vi.unstubAllGlobals());

const signer = createSigner(3);

function signed(byte: number): SignatureCheck {
  const digest = new Uint8Array(32).fill(byte);
  return { publicKey: toBytes(signer.publicKey), digest, signature: signer.sign(digest) };
}

const GOOD = [signed(1), signed(2)];
const MIXED = [signed(3), { ...signed(4), digest: new Uint8Array(32) }];

test('VER9 asks WebCrypto, which accepts what is good beside what is wrong', async () => {
  const check = createPlatformCheck();
  expect([await check(GOOD), await check(MIXED)]).toEqual([
    [true, true],
    [true, false],
  ]);
});

test.each(['there is no WebCrypto', 'WebCrypto has no Ed25519'])(
  'VER9 judges by one sum where %s',
  async (platform) => {
    const importKey = vi.fn(async () => Promise.reject(new Error('unknown algorithm')));
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    vi.stubGlobal(
      'crypto',
      platform === 'there is no WebCrypto'
        ? { getRandomValues }
        : { getRandomValues, subtle: { importKey } },
    );
    const check = createPlatformCheck();
    expect([await check(GOOD), await check(MIXED)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(importKey.mock.calls.length).toBeLessThanOrEqual(1);
  },
);

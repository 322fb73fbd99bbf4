import { afterEach, expect, test, vi } from 'vitest';
import { createWebCryptoVerifier } from '../../worker/adapters/webCryptoVerifier.ts';
import { toBytes } from '../../worker/crdt/bytes.ts';
import type { SignatureCheck } from '../../worker/ports.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createSigner } from '../support/opFactory.ts';

afterEach(() => vi.unstubAllGlobals());

const signer = createSigner(3);

function signed(byte: number): SignatureCheck {
  const digest = new Uint8Array(32).fill(byte);
  return { publicKey: toBytes(signer.publicKey), digest, signature: signer.sign(digest) };
}

/** A key and an R of small order: ZIP215 takes them, most native verifiers do not. */
const SMALL_ORDER: SignatureCheck = {
  publicKey: toBytes('0100000000000000000000000000000000000000000000000000000000000000'),
  digest: new Uint8Array(32).fill(9),
  signature: toBytes(
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f' +
      '0000000000000000000000000000000000000000000000000000000000000000',
  ),
};

/** Made once: signing needs the real `crypto`. */
const GOOD = signed(1);
const CHECKS = [GOOD, { ...signed(2), digest: new Uint8Array(32) }, signed(3), SMALL_ORDER];
const ANSWERS = [true, false, true, true];

test('VER1 answers by ZIP215, in order, where WebCrypto says yes and where it says no', async () => {
  expect(await createWebCryptoVerifier(createManualClock()).verify(CHECKS)).toEqual(ANSWERS);
});

test('VER1 answers the same where there is no WebCrypto, or none with Ed25519', async () => {
  vi.stubGlobal('crypto', {});
  const without = await createWebCryptoVerifier(createManualClock()).verify(CHECKS);
  const subtle = { importKey: async () => Promise.reject(new Error('unknown algorithm')) };
  vi.stubGlobal('crypto', { subtle });
  const lacking = await createWebCryptoVerifier(createManualClock()).verify(CHECKS);
  expect([without, lacking]).toEqual([ANSWERS, ANSWERS]);
});

test('VER2 gives turns away while noble works', async () => {
  vi.stubGlobal('crypto', {});
  const clock = createManualClock();
  await createWebCryptoVerifier(clock).verify(Array.from({ length: 40 }, () => GOOD));
  expect(clock.turns()).toBe(2);
});

test('VER3 asks for the key of a signer once', async () => {
  const importKey = vi.fn(async () => Promise.reject(new Error('no')));
  vi.stubGlobal('crypto', { subtle: { importKey } });
  const verifier = createWebCryptoVerifier(createManualClock());
  const answers = [await verifier.verify([GOOD, GOOD]), await verifier.verify([GOOD])];
  expect([answers, importKey.mock.calls.length]).toEqual([[[true, true], [true]], 1]);
});

test.each(['with', 'without'])(
  'VER4 %s WebCrypto noble is asked no more when the budget for wrong signatures is spent',
  async (platform) => {
    if (platform === 'without') vi.stubGlobal('crypto', {});
    let left = 2;
    const budget = {
      isSpent: () => left === 0,
      spend: () => {
        left -= 1;
      },
    };
    const forged = { ...GOOD, digest: new Uint8Array(32) };
    const checks = [SMALL_ORDER, forged, SMALL_ORDER, forged, forged, SMALL_ORDER];
    const verifier = createWebCryptoVerifier(createManualClock());
    expect(await verifier.verify(checks, budget)).toEqual([true, false, true, false, null, null]);
    expect(left).toBe(0);
  },
);

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { toHex } from '../../worker/crdt/bytes.ts';
import {
  addToken,
  digestChallenge,
  encodeChallenge,
  encodeProof,
  parseChallenge,
  parseFirstFrame,
  parseProof,
} from '../../worker/wire/accessFrames.ts';
import { decodeText } from '../../worker/wire/codec.ts';
import { encodeFirstFrame } from '../../worker/wire/frames.ts';

const nonce = '0f'.repeat(32);
const key = '11'.repeat(32);
const signature = '22'.repeat(64);
const challenge = { nonce, notAfterMs: 1_700_000_010_000 };

test('AUTH2 challenge, proof and first frame read back as they were written', () => {
  const first = addToken(encodeFirstFrame(['ack1'], { since: 0 }), 'a"b\\c');
  expect(parseChallenge(encodeChallenge(challenge))).toEqual(challenge);
  expect(parseProof(encodeProof({ key, signature }))).toEqual({ key, signature });
  expect(parseFirstFrame(first)).toEqual({ token: 'a"b\\c' });
  expect(parseFirstFrame(encodeFirstFrame([]))).toEqual({ token: null });
  // A peer that knows nothing of tokens reads the frame as ever.
  expect(decodeText(first)).toEqual({ type: 'bulk', ops: [], caps: ['ack1'], left: 0, since: 0 });
});

const strangers = [
  '',
  'null',
  '[]',
  '"challenge"',
  '{"type":"challenge"',
  '{"type":"challenge"}',
  JSON.stringify({ type: 'challenge', ...challenge, nonce: nonce.toUpperCase() }),
  JSON.stringify({ type: 'challenge', ...challenge, nonce: `${nonce}00` }),
  JSON.stringify({ type: 'challenge', ...challenge, notAfterMs: 1.5 }),
  JSON.stringify({ type: 'challenge', ...challenge, notAfterMs: '1' }),
  JSON.stringify({ type: 'challenge', ...challenge, filler: 'x'.repeat(1024) }),
  JSON.stringify({ type: 'proof', key, signature: key }),
  JSON.stringify({ type: 'proof', key: [key], signature }),
  JSON.stringify({ type: 'proof', key, signature, filler: 'x'.repeat(1024) }),
  JSON.stringify({ type: 'bulk', ops: [], token: 7 }),
  JSON.stringify({ type: 'bulk', ops: [], token: '' }),
  JSON.stringify({ type: 'bulk', ops: [], token: 'two words' }),
  JSON.stringify({ type: 'bulk', ops: [], token: 'x'.repeat(513) }),
  JSON.stringify({ type: 'bulk', ops: {} }),
  JSON.stringify({ type: 'bulk', ops: ['x'.repeat(4096)] }),
  `${'['.repeat(2000)}`,
  '{"__proto__":{"type":"proof"}}',
];

test.each(strangers.map((text) => [text.slice(0, 60), text]))(
  'AUTH2 %s is none of them',
  (_, text) => {
    expect([parseChallenge(text), parseProof(text), parseFirstFrame(text)]).toEqual([
      null,
      null,
      null,
    ]);
  },
);

test('AUTH2 what is signed is bound to host, pipeline, nonce and time', () => {
  const place = { host: 'relay.example', pipeline: 'default' };
  const digests = [
    digestChallenge(place, challenge),
    digestChallenge({ ...place, host: 'evil.example' }, challenge),
    digestChallenge({ ...place, pipeline: 'other' }, challenge),
    digestChallenge(place, { ...challenge, nonce: key }),
    digestChallenge(place, { ...challenge, notAfterMs: challenge.notAfterMs + 1 }),
  ].map((digest) => toHex(digest));
  expect(new Set(digests).size).toBe(digests.length);
  const text = `huskies-web relay access 1\nrelay.example\ndefault\n${nonce}\n1700000010000`;
  expect(digests[0]).toBe(createHash('sha256').update(text).digest('hex'));
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toHex } from '../../worker/crdt/bytes.ts';
import { MAX_OP_BYTES } from '../../worker/crdt/op.ts';
import { GATE_TIMEOUT_MS } from '../../worker/sync/gate.ts';
import {
  ACCESS_FRAME_CHARACTERS_MAX,
  addToken,
  digestChallenge,
  encodeChallenge,
  encodeProof,
  FIRST_FRAME_CHARACTERS_MAX,
  type Place,
  parseChallenge,
  parseFirstFrame,
  parseProof,
  TOKEN_CHARACTERS_MAX,
} from '../../worker/wire/accessFrames.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import {
  encodeAck,
  encodeBulk,
  encodeFirstFrame,
  encodeLiveOp,
  type Frame,
  type Introduction,
  OWN_CAPABILITIES,
} from '../../worker/wire/frames.ts';
import {
  ACK_KEYS_MAX,
  BULK_CHUNK_BYTES,
  BULK_OPS_MAX,
  CAPS_MAX,
  COMPACT_OPS_BYTES_MAX,
  GREETING_TIMEOUT_MS,
  INBOUND_BYTES_MAX,
  MAX_COMPACT_FRAME_BYTES,
  MAX_FRAME_BYTES,
  MAX_LIVE_FRAME_BYTES,
  MAX_RECONCILE_FRAME_BYTES,
  OUTBOUND_BYTES_MAX,
  OUTBOUND_FRAMES_MAX,
  SILENCE_TIMEOUT_MS,
  WANTED_KEYS_MAX,
} from '../../worker/wire/limits.ts';
import { encodeReconcile } from '../../worker/wire/reconcileFrames.ts';
import { root } from '../support/sourceCode.ts';

type Golden = { readonly name: string; readonly written: boolean; readonly reads: Frame } & (
  | { readonly text: string }
  | { readonly binary: string }
);

interface AccessGolden {
  readonly name: string;
  readonly text: string;
  readonly reads: unknown;
  readonly signed?: Place & { readonly digest: string };
}

const documentText = readFileSync(join(root, 'docs', 'protocol.md'), 'utf8');
const goldenText = /```jsonl golden\n(.*?)\n```/s.exec(documentText)?.[1] ?? '';
const accessText = /```jsonl golden-access\n(.*?)\n```/s.exec(documentText)?.[1] ?? '';
const accessGoldens = accessText.split('\n').map((line): AccessGolden => JSON.parse(line));
const goldens = goldenText.split('\n').map((line): Golden => JSON.parse(line));
const history = [...documentText.matchAll(/^\| (\d+) \| `([0-9a-f]{16})` \| .+ \|$/gm)].map(
  ([, version, fingerprint]) => ({ version: Number(version), fingerprint }),
);

const accessLimits = {
  ACCESS_FRAME_CHARACTERS_MAX,
  FIRST_FRAME_CHARACTERS_MAX,
  GATE_TIMEOUT_MS,
  TOKEN_CHARACTERS_MAX,
};

const limits = {
  ACK_KEYS_MAX,
  BULK_CHUNK_BYTES,
  BULK_OPS_MAX,
  CAPS_MAX,
  COMPACT_OPS_BYTES_MAX,
  GREETING_TIMEOUT_MS,
  INBOUND_BYTES_MAX,
  MAX_COMPACT_FRAME_BYTES,
  MAX_FRAME_BYTES,
  MAX_LIVE_FRAME_BYTES,
  MAX_OP_BYTES,
  OUTBOUND_BYTES_MAX,
  OUTBOUND_FRAMES_MAX,
  MAX_RECONCILE_FRAME_BYTES,
  SILENCE_TIMEOUT_MS,
  WANTED_KEYS_MAX,
};

function introductionOf({ log, since }: Introduction): Introduction {
  return { ...(log !== undefined && { log }), ...(since !== undefined && { since }) };
}

/** Bytes as hex digits, as the document has them. */
function withHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(withHex);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withHex(field)]));
}

function decodeGolden(golden: Golden): Frame {
  return 'text' in golden
    ? decodeText(golden.text)
    : decodeBinary(Uint8Array.from(Buffer.from(golden.binary, 'hex')));
}

/** How ours write what the frame says. */
function encodeAgain(frame: Frame): string | Uint8Array {
  switch (frame.type) {
    case 'bulk':
      return frame.caps === null
        ? encodeBulk(frame.ops, frame.left)
        : encodeFirstFrame(OWN_CAPABILITIES, introductionOf(frame));
    case 'op':
      return encodeLiveOp(frame.text);
    case 'ack':
      return encodeAck(frame.keys);
    case 'compact':
      return encodeCompact(frame);
    case 'reconcile':
      return encodeReconcile(frame.message);
    case 'bad':
      throw new Error('nobody writes bad frames');
  }
}

test.each(goldens)('WIRE11 the golden frame "$name" reads as written down', (golden) => {
  expect(withHex(decodeGolden(golden))).toEqual(golden.reads);
});

test.each(goldens.filter(({ written }) => written))(
  'WIRE11 the golden frame "$name" is what ours write',
  (golden) => {
    const frame = encodeAgain(decodeGolden(golden));
    const asWritten =
      typeof frame === 'string' ? { text: frame } : { binary: Buffer.from(frame).toString('hex') };
    expect(golden).toMatchObject(asWritten);
  },
);

test.each(accessGoldens)('AUTH2 the golden frame "$name" is what ours read and write', (golden) => {
  const { name, text, reads, signed } = golden;
  if (name === 'challenge') {
    const challenge = parseChallenge(text)!;
    expect([challenge, encodeChallenge(challenge)]).toEqual([reads, text]);
    expect(toHex(digestChallenge(signed!, challenge))).toBe(signed!.digest);
  } else if (name === 'proof') {
    expect([parseProof(text), encodeProof(parseProof(text)!)]).toEqual([reads, text]);
  } else {
    expect(parseFirstFrame(text)).toEqual(reads);
    expect(addToken(encodeFirstFrame(OWN_CAPABILITIES), 'a-Token_1')).toBe(text);
  }
});

test('WIRE12 the wire has changed only if the version history says so', () => {
  const said = [goldens, limits, accessGoldens, accessLimits];
  const hash = createHash('sha256').update(said.map((one) => JSON.stringify(one)).join('\n'));
  expect(history.at(-1)?.fingerprint).toBe(hash.digest('hex').slice(0, 16));
});

test('WIRE12 versions are counted up, and each has a fingerprint of its own', () => {
  expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
  expect(new Set(history.map(({ fingerprint }) => fingerprint)).size).toBe(history.length);
});

test('WIRE12 every kind of frame has a golden one', () => {
  expect(new Set(goldens.map(({ reads }) => reads.type))).toEqual(
    new Set(['bulk', 'op', 'compact', 'ack', 'reconcile', 'bad']),
  );
});

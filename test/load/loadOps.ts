/** Ops to load a relay with: made and signed beforehand, so that making them costs nothing meanwhile. */
import { packStored } from '../../worker/crdt/op.ts';
import type { PackedOp } from '../../worker/crdt/packedOp.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import { streamOps } from '../crash/opStream.ts';

export interface LoadOp {
  readonly key: string;
  readonly packed: PackedOp;
  /** As a page sends it. */
  readonly frame: Uint8Array;
}

/** One after another, for one pipeline. `padding`: longer names, in characters. */
export function* loadOps(padding = 0): Generator<LoadOp, never> {
  const ops = streamOps(padding);
  for (;;) {
    const { key, text } = ops.next().value;
    const packed = packStored(text, key);
    yield { key, packed, frame: encodeCompact({ ops: [packed], left: null }) };
  }
}

export function makeLoadOps(count: number): readonly LoadOp[] {
  const ops = loadOps();
  return Array.from({ length: count }, () => ops.next().value);
}

/** Which of them a frame is about, by its bytes: to decode each would be most of what is measured. */
export function indexFrames(ops: readonly LoadOp[]): (frame: Uint8Array) => number | undefined {
  const indexes = new Map(ops.map(({ frame }, index) => [latin1(frame), index]));
  return (frame) => indexes.get(latin1(frame));
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

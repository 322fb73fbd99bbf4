/** Frames that no honest peer sends. */

import { toBytes } from '../../worker/crdt/bytes.ts';
import { readOp } from '../../worker/crdt/op.ts';
import { type PackedOp, packText } from '../../worker/crdt/packedOp.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import { encodeBulk } from '../../worker/wire/frames.ts';
import { encodeReconcile } from '../../worker/wire/reconcileFrames.ts';
import type { Frame } from './network.ts';

const encoder = new TextEncoder();

const KEY_OF_NOTHING = '5a'.repeat(32);

/** Negentropy: all there is has this fingerprint. */
const QUERY = Uint8Array.of(0x61, 0, 0, 1, ...toBytes(KEY_OF_NOTHING).subarray(0, 16));

/** `text`: an op of this world. */
export function hostileFrame(pick: number, text: string): Frame {
  const makers: readonly (() => Frame)[] = [
    () => '',
    () => new Uint8Array(),
    () => '{"type":"bulk","ops":[',
    () => '{"type":"bulk","ops":[1,2,3]}',
    () => '{"type":"bulk","ops":["{}","null","[]","",""]}',
    () => '{"type":"bulk","ops":[],"caps":["ack1","rbsr1","rbsr1"],"left":9007199254740993}',
    () => `{"type":"bulk","ops":[],"left":${Number.MAX_SAFE_INTEGER}}`,
    () => '{"type":"hello","__proto__":{"type":"bulk","ops":[]}}',
    () => '{"type":"op","op":"{\\"__proto__\\":1}"}',
    () => `{"type":"op","op":${JSON.stringify(text)}}`,
    () => '['.repeat(20_000),
    () => `{"type":"bulk","ops":[],"x":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
    () => encodeBulk([deepOp(text)], 0),
    () => encodeBulk([`${text.slice(0, -1)},"pad":"${'x'.repeat(70_000)}"}`], 0),
    () => encoder.encode(`{"v":1,"op":${text},"pad":"${'x'.repeat(70_000)}"}`),
    () => encoder.encode(`{"v":2,"op":${text}}`),
    () => encoder.encode(`{"v":1,"op":${text.slice(0, 200)}`),
    () => Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
    () => Uint8Array.of(0x00, 1, 2, 3),
    () => Uint8Array.of(0x01),
    () => Uint8Array.of(0x01, ...toBytes(KEY_OF_NOTHING), 0xff),
    () => Uint8Array.of(0x01, ...toBytes(KEY_OF_NOTHING)),
    () => Uint8Array.of(0x02, ...toBytes(KEY_OF_NOTHING)),
    () => Uint8Array.of(0x02, 2),
    () => Uint8Array.of(0x02, 1, 0),
    () => Uint8Array.of(0x02, 1, 0, 0x03, 5, 5, 0),
    () => encodeCompact({ ops: [packText('{}'), packText('')], left: Number.MAX_SAFE_INTEGER }),
    () => encodeCompact({ ops: [packText(deepOp(text)), packText(text)], left: null }),
    () => encodeCompact({ ops: [packed(text)], left: null }).slice(0, -3),
    () => withByte(encodeCompact({ ops: [packed(text)], left: 3 }), 40, pick),
    () => new Uint8Array(4 * 1024 * 1024 + 1).fill(0x02),
    () => Uint8Array.of(0x03),
    () => encodeReconcile({ type: 'offset', offset: pick }),
    () => encodeReconcile({ type: 'open', digest: toBytes(KEY_OF_NOTHING), query: QUERY }),
    () => encodeReconcile({ type: 'answer', digest: toBytes(KEY_OF_NOTHING), reply: QUERY }),
    () => encodeReconcile({ type: 'query', query: QUERY }),
    () => encodeReconcile({ type: 'reply', reply: Uint8Array.of(0x61) }),
    () => encodeReconcile({ type: 'want', keys: [toBytes(KEY_OF_NOTHING)] }),
    () => encodeReconcile({ type: 'done', result: pick % 2 === 0 ? 'equal' : 'differs' }),
    () => '\ud800',
  ];
  return (makers[pick % makers.length] ?? (() => ''))();
}

/** Another byte at `at`, or at the end of a shorter frame. */
function withByte(frame: Uint8Array, at: number, pick: number): Uint8Array {
  return frame.with(Math.min(at, frame.length - 1), pick % 256);
}

function packed(text: string): PackedOp {
  const op = readOp(text);
  return op.type === 'rejected' ? packText(text) : op.bytes;
}

function deepOp(text: string): string {
  return text.replace(
    '"content":',
    `"content":{"Array":${'['.repeat(300)}${']'.repeat(300)}},"was":`,
  );
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_OP_BYTES } from '../../worker/crdt/op.ts';
import { decodeBinary, decodeText, readTextFrame } from '../../worker/wire/codec.ts';
import {
  encodeAck,
  encodeBulk,
  encodeFirstFrame,
  encodeLiveOp,
  type Frame,
} from '../../worker/wire/frames.ts';
import {
  ACK_KEYS_MAX,
  BULK_OPS_MAX,
  CAPS_MAX,
  MAX_FRAME_BYTES,
  MAX_LIVE_FRAME_BYTES,
} from '../../worker/wire/limits.ts';
import pipelineDump from '../vectors/pipeline-dump.json' with { type: 'json' };

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf8Text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a frame is called in a table: the reason if it is bad. */
const nameOf = (frame: Frame): string => (frame.type === 'bad' ? frame.reason : frame.type);

/** Texts as they come out of UTF-8. */
const wellFormed = fc.string({ unit: 'binary' });
const hexKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

describe('bulk', () => {
  test('WIRE1 a bulk of any texts reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(wellFormed), fc.nat(), (ops, left) => {
        expect(decodeText(encodeBulk(ops, left))).toEqual({ type: 'bulk', ops, caps: null, left });
      }),
    );
  });

  test('WIRE1 a first frame names capabilities and brings no op', () => {
    expect(decodeText(encodeFirstFrame(['ack1']))).toEqual({
      type: 'bulk',
      ops: [],
      caps: ['ack1'],
      left: 0,
    });
  });

  test('WIRE1 white space, key order and escapes are free', () => {
    const text =
      ' {\n"left" : 3 ,"ops":[ "\\u007b\\"\\ud83d\\ude00\\/" ,"" ],\t"caps":[ ],"type":"b\\u0075lk"}\r\n';
    expect(decodeText(text)).toEqual({ type: 'bulk', ops: ['{"😀/', ''], caps: [], left: 3 });
  });

  test('WIRE2 the bulk that a Rust node sends on connect is read whole', () => {
    const ops = JSON.parse(pipelineDump.frame).ops;
    expect(ops).toHaveLength(3159);
    expect(decodeText(pipelineDump.frame)).toEqual({ type: 'bulk', ops, caps: null, left: 0 });
  });
});

describe('live op', () => {
  const text = '{"author" :[1, 2],\n"seq":1.0,"seq":18446744073709551615,"x":"\\u0041é😀"}';

  test('WIRE3 a live op is the bytes of {"v":1,"op":…} around the text as received', () => {
    expect(utf8Text(encodeLiveOp(text))).toBe(`{"v":1,"op":${text}}`);
    expect(utf8Text(encodeLiveOp(text))).not.toContain('"type"');
  });

  test('WIRE3 a live op reads back to the very text', () => {
    expect(decodeBinary(encodeLiveOp(text))).toEqual({ type: 'op', text });
  });

  test('WIRE3 fields around the op are free in order, and unknown ones are skipped', () => {
    const deep = '['.repeat(500) + ']'.repeat(500);
    const frame = utf8(`{"x":${deep},"op": ${text} ,"y":{"v":2},"v": 1 } `);
    expect(decodeBinary(frame)).toEqual({ type: 'op', text });
  });

  test('WIRE3 an op that is written as an array of its fields is sliced like an object', () => {
    expect(decodeBinary(utf8('{"v":1,"op":[[1],{"a":"]"}]}'))).toEqual({
      type: 'op',
      text: '[[1],{"a":"]"}]',
    });
  });

  test('WIRE4 a legacy text frame brings one op', () => {
    expect(decodeText('{"type":"op","op":"{\\"author\\":[]}"}')).toEqual({
      type: 'op',
      text: '{"author":[]}',
    });
  });
});

describe('ack', () => {
  test('WIRE5 an ack is 0x01 and 32 bytes a key', () => {
    const keys = ['00'.repeat(32), 'ab'.repeat(32)];
    expect(encodeAck(keys)).toEqual(
      Uint8Array.of(0x01, ...new Array(32).fill(0x00), ...new Array(32).fill(0xab)),
    );
  });

  test('WIRE5 acks of any keys read back', () => {
    fc.assert(
      fc.property(fc.array(hexKey, { minLength: 1 }), (keys) => {
        expect(decodeBinary(encodeAck(keys))).toEqual({ type: 'ack', keys });
      }),
    );
  });

  test.each([
    ['no key', 1],
    ['a broken key', 32],
    ['a key and a byte', 34],
    ['too many keys', 1 + 32 * (ACK_KEYS_MAX + 1)],
  ])('WIRE5 an ack of %s is bad', (_, length) => {
    const frame = new Uint8Array(length);
    frame[0] = 0x01;
    expect(nameOf(decodeBinary(frame))).toBe('bad-ack');
  });
});

describe('bad frames', () => {
  test('WIRE6 whatever text arrives, reading answers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(['bad', 'bulk', 'op']).toContain(decodeText(text).type);
      }),
    );
  });

  test('WIRE6 whatever bytes arrive, reading answers', () => {
    const kinds = fc.constantFrom([], [0x01], [0x7b], [...utf8('{"v":1,"op":')]);
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        expect(['bad', 'ack', 'op']).toContain(decodeBinary(Uint8Array.of(...start, ...rest)).type);
      }),
    );
  });

  test('WIRE6 a frame that is cut short anywhere is bad', () => {
    const text = '{"type":"bulk","ops":["a\\u0041","b"],"caps":["ack1"],"left":12}';
    const live = encodeLiveOp('{"author":[1,2],"x":{"y":null}}');
    const cutTexts = Array.from(text, (_, length) => decodeText(text.slice(0, length)));
    const cutBytes = Array.from(live, (_, length) => decodeBinary(live.subarray(0, length)));
    expect(new Set(cutTexts.map(nameOf))).toEqual(new Set(['unparsable']));
    expect(new Set(cutBytes.slice(1).map(nameOf))).toEqual(new Set(['unparsable']));
  });

  test.each([
    ['', 'unparsable'],
    ['nonsense', 'unparsable'],
    ['null', 'unparsable'],
    ['["bulk"]', 'unparsable'],
    ['"bulk"', 'unparsable'],
    ['{}', 'unparsable'],
    ['\ufeff{"type":"bulk","ops":[]}', 'unparsable'],
    ['{"type":"bulk","ops":[]} {}', 'unparsable'],
    ['{"type":"bulk","ops":[],}', 'unparsable'],
    ['{"type":"bulk"}', 'unparsable'],
    ['{"type":"bulk","ops":{}}', 'unparsable'],
    ['{"type":"bulk","ops":["a",1]}', 'unparsable'],
    ['{"type":"bulk","ops":["a",]}', 'unparsable'],
    ['{"type":"bulk","ops":[],"ops":[]}', 'unparsable'],
    ['{"type":"bulk","type":"bulk","ops":[]}', 'unparsable'],
    ['{"type":"bulk","ops":["\\ud800"]}', 'unparsable'],
    ['{"type":"bulk","ops":["\\x"]}', 'unparsable'],
    ['{"type":"bulk","ops":["\u0000"]}', 'unparsable'],
    ['{"type":"bulk","ops":["\ud800"]}', 'unparsable'],
    ['{"type":"bulk","ops":[],"left":-1}', 'unparsable'],
    ['{"type":"bulk","ops":[],"left":1.5}', 'unparsable'],
    ['{"type":"bulk","ops":[],"left":9007199254740993}', 'unparsable'],
    ['{"type":"bulk","ops":[],"caps":"ack1"}', 'unparsable'],
    ['{"type":1,"ops":[]}', 'unparsable'],
    ['{"type":"op"}', 'unparsable'],
    ['{"type":"op","op":{}}', 'unparsable'],
    ['{"type":"hello","ops":[]}', 'unknown-type'],
    ['{"type":"Bulk","ops":[]}', 'unknown-type'],
    ['{"type":"bulk","ops":[],"future":{"a":[1e999,"\\ud800"]}}', 'bulk'],
    ['{"type":"bulk","ops":["not an op","{}"]}', 'bulk'],
  ])('WIRE7 the text %j is %s', (text, name) => {
    expect(nameOf(decodeText(text))).toBe(name);
  });

  test.each([
    ['', 'unknown-kind'],
    [' {"v":1,"op":{}}', 'unknown-kind'],
    ['[1]', 'unknown-kind'],
    ['\u0000', 'unknown-kind'],
    ['\ufeff{"v":1,"op":{}}', 'unknown-kind'],
    ['{', 'unparsable'],
    ['{}', 'unparsable'],
    ['{"v":1}', 'unparsable'],
    ['{"op":{}}', 'unparsable'],
    ['{"v":1,"op":"{}"}', 'unparsable'],
    ['{"v":1,"op":null}', 'unparsable'],
    ['{"v":1,"op":{"a":01}}', 'unparsable'],
    ['{"v":1,"v":1,"op":{}}', 'unparsable'],
    ['{"v":1,"op":{},"op":{}}', 'unparsable'],
    ['{"v":1,"op":{}}x', 'unparsable'],
    ['{"v":1.0,"op":{}}', 'unparsable'],
    ['{"v":"1","op":{}}', 'unparsable'],
    ['{"v":0,"op":{}}', 'unknown-version'],
    ['{"v":2}', 'unknown-version'],
    ['{"v":1,"op":{}}', 'op'],
  ])('WIRE7 the bytes of %j are %s', (text, name) => {
    expect(nameOf(decodeBinary(utf8(text)))).toBe(name);
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut character', [0xe2, 0x82]],
  ])('WIRE7 a live op with %s is not UTF-8', (_, bytes) => {
    const frame = Uint8Array.of(...utf8('{"v":1,"op":{"a":"'), ...bytes, ...utf8('"}}'));
    expect(nameOf(decodeBinary(frame))).toBe('invalid-utf8');
  });

  test('WIRE7 keys that objects have by birth are fields like others', () => {
    expect(nameOf(decodeText('{"__proto__":{"type":"bulk","ops":[]}}'))).toBe('unparsable');
    expect(nameOf(decodeBinary(utf8('{"__proto__":{"v":1},"op":{}}')))).toBe('unparsable');
  });
});

describe('sizes', () => {
  test('WIRE8 a text frame over 64 MiB is refused unread', () => {
    expect(decodeText(' '.repeat(MAX_FRAME_BYTES + 1))).toEqual({
      type: 'bad',
      reason: 'too-large',
      detail: '67108865 characters',
    });
  });

  test('WIRE8 a live frame holds an op of full size, and one beyond it is refused', () => {
    const text = `{"a":"${'x'.repeat(MAX_OP_BYTES - 8)}"}`;
    expect(decodeBinary(encodeLiveOp(text))).toEqual({ type: 'op', text });
    const frame = new Uint8Array(MAX_LIVE_FRAME_BYTES + 1).fill(0x7b);
    expect(nameOf(decodeBinary(frame))).toBe('too-large');
  });

  test('WIRE8 a bulk of more ops than 64 MiB of real ones can be is refused', () => {
    const bulk = (count: number): string => encodeBulk(new Array(count).fill(''), 0);
    expect(nameOf(decodeText(bulk(BULK_OPS_MAX)))).toBe('bulk');
    expect(nameOf(decodeText(bulk(BULK_OPS_MAX + 1)))).toBe('unparsable');
  });

  test('WIRE8 a bulk that names more than 256 capabilities is refused', () => {
    const bulk = (count: number): string =>
      `{"type":"bulk","ops":[],"caps":[${new Array(count).fill('""').join(',')}]}`;
    expect(nameOf(decodeText(bulk(CAPS_MAX)))).toBe('bulk');
    expect(nameOf(decodeText(bulk(CAPS_MAX + 1)))).toBe('unparsable');
  });

  test('WIRE9 reading a bulk pauses after each slice and comes to the same', () => {
    const ops = Array.from({ length: 100 }, (_, index) => `${index}`.repeat(50));
    const text = encodeBulk(ops, 0);
    const reading = readTextFrame(text, 1000);
    let pauses = 0;
    let slice = reading.next();
    for (; slice.done !== true; slice = reading.next()) pauses += 1;
    expect(slice.value).toEqual(decodeText(text));
    expect(pauses).toBe(Math.floor(text.length / 1050));
  });

  const filler = 'x'.repeat(100_000);
  test.each([
    ['one op', `{"type":"bulk","ops":["${filler}"]}`, 'bulk'],
    ['one op of escapes', `{"type":"bulk","ops":["${'\\n'.repeat(50_000)}"]}`, 'bulk'],
    ['one op of surrogates', `{"type":"bulk","ops":["${'\\ud83d\\ude00'.repeat(8334)}"]}`, 'bulk'],
    ['many ops', `{"type":"bulk","ops":["",${'"",'.repeat(33_333)}""]}`, 'bulk'],
    ['a long legacy op', `{"type":"op","op":"${filler}"}`, 'op'],
    ['a long type', `{"type":"${filler}"}`, 'unknown-type'],
    ['a long capability', `{"type":"bulk","ops":[],"caps":["${filler}"]}`, 'bulk'],
    ['a long key', `{"${filler}":0,"type":"bulk","ops":[]}`, 'bulk'],
    ['many keys', `{${'"":0,'.repeat(20_000)}"type":"bulk","ops":[]}`, 'bulk'],
    ['a skipped string', `{"x":"${filler}","type":"bulk","ops":[]}`, 'bulk'],
    ['a skipped key', `{"x":{"${filler}":0},"type":"bulk","ops":[]}`, 'bulk'],
    ['skipped escapes', `{"x":"${'\\"'.repeat(50_000)}","type":"bulk","ops":[]}`, 'bulk'],
    ['skipped numbers', `{"x":[${'0,'.repeat(50_000)}0],"type":"bulk","ops":[]}`, 'bulk'],
    ['open brackets', `{"x":${'['.repeat(100_000)}`, 'unparsable'],
    ['nested objects', `{"x":${'{"":'.repeat(25_000)}`, 'unparsable'],
    [
      'closed brackets',
      `{"x":${'['.repeat(5e4)}${']'.repeat(5e4)},"type":"bulk","ops":[]}`,
      'bulk',
    ],
  ])('WIRE9 reading pauses within %s', (_, text, name) => {
    const reading = readTextFrame(text, 1000);
    let pauses = 0;
    let slice = reading.next();
    for (; slice.done !== true; slice = reading.next()) pauses += 1;
    expect(nameOf(slice.value)).toBe(name);
    expect(slice.value).toEqual(decodeText(text));
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(text.length / 1020));
    expect(pauses).toBeLessThanOrEqual(Math.ceil(text.length / 1000));
  });
});

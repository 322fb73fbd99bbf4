import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoServer, MESSAGE_BYTES_MAX, startEchoServer } from '../support/echoServer.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  closeFrame,
  frame,
  PING,
  PONG,
  part,
  TEXT,
} from '../support/rawFrames.ts';
import { dialRaw, type RawPeer } from '../support/rawWebSocket.ts';

/**
 * The cases of the known conformance suites for WebSocket servers, without compression, on bare
 * TCP. The handlers of the port echo every message, so that what comes back is what reached them.
 */

/** `ws` puts no more together to one message. */
const FRAGMENTS_MAX = 16 * 1024;

let server: EchoServer;
let goodPeer: RawPeer;

beforeAll(async () => {
  server = await startEchoServer();
  goodPeer = await dialRaw(server.port, '/crdt-sync');
});

afterAll(async () => {
  goodPeer.destroy();
  await server.stop();
});

/** Title, what is sent, what comes back. */
type Case = readonly [string, readonly Uint8Array[], readonly string[]];
interface Sending {
  /** Each piece of so many bytes is read by itself. */
  readonly pieceBytes?: number;
}

/**
 * What comes back; a connection that stays answers a last ping, `pong 6f6b`. The other peer is
 * served in any case, and the handlers hear of a close once.
 */
async function backOf(sent: readonly Uint8Array[], { pieceBytes = 0 }: Sending = {}) {
  const peer = await dialRaw(server.port, '/crdt-sync');
  const bytes = Buffer.concat([...sent, frame(PING, 'ok')]);
  if (pieceBytes === 0) peer.write(bytes);
  else await peer.writeChopped(bytes, pieceBytes);
  await peer.until('pong 6f6b');
  const heard = [...peer.heard];
  peer.destroy();
  const seen = server.served.get(peer.port)!;
  await seen.closed;
  const sign = `text still served ${peer.port}`;
  goodPeer.write(frame(TEXT, sign.slice(5)));
  await goodPeer.until(sign);
  expect([goodPeer.heard.at(-1), seen.states.length]).toEqual([sign, 2]);
  return { heard, states: seen.states };
}

const STAYS = 'pong 6f6b';
/** The close that a fault gets. */
const failed = (code: number): readonly string[] => [`close ${code}`, 'end'];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, at) => at);

describe('messages', () => {
  const lengths = [0, 125, 126, 127, 128, 65_535, 65_536, MESSAGE_BYTES_MAX];

  test.each(lengths)('WSC2 takes a text and a binary message of %i bytes', async (count) => {
    const [text, bytes] = ['*'.repeat(count), bytesOf(count)];
    const { heard } = await backOf([frame(TEXT, text), frame(BINARY, bytes)]);
    expect(heard).toEqual([`text ${text}`.trimEnd(), `binary ${hex(bytes)}`.trimEnd(), STAYS]);
  });

  test.each([
    [1, 0],
    [1, 126],
    [1, 128],
    [997, 65_535],
    [997, 65_536],
  ])('WSC2 takes messages that come in pieces of %i of %i bytes', async (pieceBytes, count) => {
    const [text, bytes] = ['*'.repeat(count), bytesOf(count)];
    const { heard } = await backOf([frame(TEXT, text), frame(BINARY, bytes)], { pieceBytes });
    expect(heard).toEqual([`text ${text}`.trimEnd(), `binary ${hex(bytes)}`.trimEnd(), STAYS]);
  });

  test('WSC2 takes a length that is written in more bytes than it needs', async () => {
    const { heard } = await backOf([frame(TEXT, 'abc', { claimedBytes: 3n })]);
    expect(heard).toEqual(['text abc', STAYS]);
  });

  test('WSC2 takes a thousand messages in one packet, in order', async () => {
    const texts = Array.from({ length: 1000 }, (_, number) => `${number}`);
    const { heard } = await backOf(texts.map((text) => frame(TEXT, text)));
    expect(heard).toEqual([...texts.map((text) => `text ${text}`), STAYS]);
  });
});

describe('pings and pongs', () => {
  const ten = Array.from({ length: 10 }, (_, number) => `${number}`);
  const most = bytesOf(125);

  test.each<Case>([
    ['an empty ping', [frame(PING)], ['pong', STAYS]],
    ['a ping of 125 bytes', [frame(PING, most)], [`pong ${hex(most)}`, STAYS]],
    [
      'ten pings',
      ten.map((text) => frame(PING, text)),
      [...ten.map((text) => `pong 3${text}`), STAYS],
    ],
    ['a pong that nobody asked for', [frame(PONG)], [STAYS]],
    [
      'pongs around a ping',
      [frame(PONG, 'a'), frame(PING, 'b'), frame(PONG, 'c')],
      ['pong 62', STAYS],
    ],
    [
      'a ping between fragments',
      [part(TEXT, 'one, '), frame(PING, 'p'), frame(PONG), frame(CONTINUATION, 'two')],
      ['pong 70', 'text one, two', STAYS],
    ],
  ])('WSC3 answers %s as it should', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });

  test('WSC3 answers ten pings that come in single octets', async () => {
    const { heard } = await backOf(
      ten.map((text) => frame(PING, text)),
      { pieceBytes: 1 },
    );
    expect(heard).toEqual([...ten.map((text) => `pong 3${text}`), STAYS]);
  });
});

describe('frames that nobody may send', () => {
  const reservedBits = [1, 2, 3, 4, 5, 6, 7].flatMap((reserved) =>
    [TEXT, BINARY, CLOSE, PING, PONG].map((opcode) => [reserved, opcode] as const),
  );

  test.each(reservedBits)(
    'WSC4 fails a frame with reserved bits %i, opcode %i',
    async (reserved, opcode) => {
      const sent = [frame(TEXT, 'before'), frame(opcode, '', { reserved }), frame(TEXT, 'behind')];
      const { heard, states } = await backOf(sent);
      expect([heard, states]).toEqual([
        ['text before', ...failed(1002)],
        ['open', 'closed 1006 by a fault'],
      ]);
    },
  );

  test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])('WSC4 fails opcode %i', async (opcode) => {
    const sent = [frame(TEXT, 'before'), frame(opcode, 'x'), frame(PING)];
    expect((await backOf(sent)).heard).toEqual(['text before', ...failed(1002)]);
  });

  test.each<Case>([
    ['a text without mask', [frame(TEXT, 'bare', { isMasked: false })], failed(1002)],
    ['a ping without mask', [frame(PING, '', { isMasked: false })], failed(1002)],
    ['a close without mask', [frame(CLOSE, '', { isMasked: false })], failed(1002)],
    ['a ping of 126 bytes', [frame(PING, bytesOf(126))], failed(1002)],
    ['a pong of 126 bytes', [frame(PONG, bytesOf(126))], failed(1002)],
    ['a ping that goes on', [part(PING, 'a'), frame(CONTINUATION, 'b')], failed(1002)],
    ['a pong that goes on', [part(PONG, 'a'), frame(CONTINUATION, 'b')], failed(1002)],
    ['a close that goes on', [part(CLOSE), frame(CONTINUATION)], failed(1002)],
  ])('WSC4 fails %s', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });
});

describe('fragments', () => {
  const octets = [...'fragments'].map((text) => part(CONTINUATION, text));

  test.each<Case>([
    ['two of a text', [part(TEXT, 'a'), frame(CONTINUATION, 'b')], ['text ab', STAYS]],
    ['two of bytes', [part(BINARY, 'a'), frame(CONTINUATION, 'b')], ['binary 6162', STAYS]],
    ['empty ones', [part(TEXT), part(CONTINUATION), frame(CONTINUATION)], ['text', STAYS]],
    ['an octet each', [part(TEXT), ...octets, frame(CONTINUATION)], ['text fragments', STAYS]],
    [
      'several messages',
      [
        part(TEXT, 'a'),
        frame(CONTINUATION, 'b'),
        frame(BINARY, 'c'),
        part(TEXT, 'd'),
        frame(CONTINUATION),
      ],
      ['text ab', 'binary 63', 'text d', STAYS],
    ],
  ])('WSC5 puts together %s', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });

  test.each<Case>([
    ['a continuation of nothing', [frame(CONTINUATION, 'x')], failed(1002)],
    ['one that goes on', [part(CONTINUATION, 'x'), frame(TEXT, 'y')], failed(1002)],
    [
      'one behind a whole message',
      [frame(TEXT, 'whole'), frame(CONTINUATION, 'x')],
      ['text whole', ...failed(1002)],
    ],
    ['a new text in a message', [part(TEXT, 'a'), frame(TEXT, 'b')], failed(1002)],
    ['new bytes in a message', [part(TEXT, 'a'), part(BINARY, 'b')], failed(1002)],
  ])('WSC5 fails %s', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });
});

describe('UTF-8', () => {
  const all = '\ufeffκόσμε \u{10ffff}\ufffd\ufffe\u0000 größer \u{1f415}';

  test('WSC6 takes any text, also where fragments or pieces cut a character', async () => {
    const octets = [...Buffer.from(all)].map((octet) => part(CONTINUATION, Uint8Array.of(octet)));
    const { heard } = await backOf([frame(TEXT, all), part(TEXT), ...octets, frame(CONTINUATION)], {
      pieceBytes: 1,
    });
    expect(heard).toEqual([`text ${all}`, `text ${all}`, STAYS]);
  });

  test.each([
    ['a lone continuation', '80'],
    ['a sequence that breaks off', 'cebae1bdb9cf83cebcceb5f4'],
    ['a surrogate', 'eda080'],
    ['a pair of surrogates', 'eda080edb080'],
    ['more than U+10FFFF', 'f4908080'],
    ['an overlong slash', 'c0af'],
    ['an overlong NUL', 'e08080'],
    ['five bytes', 'f888808080'],
    ['FE and FF', 'feff'],
  ])(
    'WSC6 fails a text with %s, whole and in fragments, and takes it as bytes',
    async (_, code) => {
      const bytes = Buffer.from(code, 'hex');
      const [start, rest] = [bytes.subarray(0, 1), bytes.subarray(1)];
      const whole = await backOf([frame(BINARY, bytes), frame(TEXT, bytes), frame(TEXT, 'behind')]);
      const parts = await backOf([
        part(TEXT, start),
        part(CONTINUATION, rest),
        frame(CONTINUATION),
      ]);
      expect([whole.heard, parts.heard]).toEqual([
        [`binary ${code}`, ...failed(1007)],
        failed(1007),
      ]);
    },
  );

  test('WSC6 fails the close with a reason that is no UTF-8', async () => {
    const { heard } = await backOf([closeFrame(1000, Buffer.from('cebae1bd', 'hex'))]);
    expect(heard).toEqual(failed(1007));
  });
});

describe('close', () => {
  const codes = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999,
  ];

  test.each(codes)('WSC7 answers a close with code %i by the same', async (code) => {
    const { heard, states } = await backOf([closeFrame(code)]);
    expect([heard, states]).toEqual([failed(code), ['open', `closed ${code}`]]);
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    'WSC7 fails a close with code %i, which none may send',
    async (code) => {
      const { heard, states } = await backOf([closeFrame(code)]);
      expect([heard, states]).toEqual([failed(1002), ['open', 'closed 1006 by a fault']]);
    },
  );

  const longest = 'r'.repeat(123);
  test.each<Case>([
    ['an empty one', [frame(CLOSE)], ['close', 'end']],
    ['one with a reason', [closeFrame(1000, 'bye')], ['close 1000 bye', 'end']],
    ['one of 125 bytes', [closeFrame(1000, longest)], [`close 1000 ${longest}`, 'end']],
    ['one of one byte', [frame(CLOSE, 'x')], failed(1002)],
    ['one of 126 bytes', [closeFrame(1000, `${longest}r`)], failed(1002)],
    ['one with a text behind', [closeFrame(1000), frame(TEXT, 'late')], failed(1000)],
    ['one with a ping behind', [closeFrame(1000), frame(PING, 'late')], failed(1000)],
    ['two of them', [closeFrame(1000), closeFrame(1001)], failed(1000)],
    ['one with garbage behind', [closeFrame(1000), bytesOf(255)], failed(1000)],
    [
      'one in a message',
      [part(TEXT, 'a'), closeFrame(1000), frame(CONTINUATION, 'b')],
      failed(1000),
    ],
    ['one behind a text', [frame(TEXT, 'last'), closeFrame(1000)], ['text last', ...failed(1000)]],
  ])('WSC7 answers %s as it should', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });
});

describe('limits', () => {
  const MOST = BigInt(MESSAGE_BYTES_MAX);
  const tooLong = (claimedBytes: bigint) => frame(TEXT, '', { claimedBytes });
  const half = bytesOf(MESSAGE_BYTES_MAX / 2);

  test.each<Case>([
    ['a header that says one byte more', [tooLong(MOST + 1n)], failed(1009)],
    ['a header that says 2^53', [tooLong(1n << 53n)], failed(1009)],
    ['a header with the highest bit of 64', [tooLong(1n << 63n)], failed(1009)],
    ['a header with all bits', [tooLong((1n << 64n) - 1n)], failed(1009)],
    [
      'fragments that are longer together',
      [part(BINARY, half), part(CONTINUATION, half), part(CONTINUATION, 'x')],
      failed(1009),
    ],
    [
      'a header in a message that says too much',
      [part(BINARY, half), frame(CONTINUATION, '', { claimedBytes: MOST / 2n + 1n })],
      failed(1009),
    ],
    [
      'more fragments than are put together',
      [part(TEXT), ...Array.from({ length: FRAGMENTS_MAX }, () => part(CONTINUATION))],
      failed(1008),
    ],
  ])('WSC8 fails %s', async (_, sent, back) => {
    expect((await backOf(sent)).heard).toEqual(back);
  });

  test('WSC8 takes fragments that have the longest length together', async () => {
    const { heard } = await backOf([part(BINARY, half), frame(CONTINUATION, half)]);
    expect(heard).toEqual([`binary ${hex(half)}${hex(half)}`, STAYS]);
  });
});

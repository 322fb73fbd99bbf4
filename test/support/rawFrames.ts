/**
 * Frames of RFC 6455 (section 5.2), right or wrong, as the dialling end sends them; and those of the
 * other end read strictly. No code of the product or of a library is in it.
 */

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export interface FrameParts {
  /** Absent: the last of its message. */
  readonly isLast?: boolean;
  /** The three reserved bits, 0–7. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** What the header says in 64 bits, whatever the payload has. */
  readonly claimedBytes?: bigint;
}

export function frame(
  opcode: number,
  content: string | Uint8Array = '',
  { isLast = true, reserved = 0, isMasked = true, claimedBytes }: FrameParts = {},
): Buffer {
  const payload = Buffer.from(content as Uint8Array);
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = Buffer.concat([
    Buffer.of(first),
    lengthOf(claimedBytes ?? payload.length, isMasked ? 0x80 : 0),
  ]);
  if (!isMasked) return Buffer.concat([head, payload]);
  return Buffer.concat([head, MASK, payload.map((octet, at) => octet ^ MASK[at % 4]!)]);
}

/** A part of a message that goes on. */
export const part = (opcode: number, content: string | Uint8Array = ''): Buffer =>
  frame(opcode, content, { isLast: false });

/** A close frame with this code. */
export function closeFrame(code: number, reason: string | Uint8Array = ''): Buffer {
  return frame(
    CLOSE,
    Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason as Uint8Array)]),
  );
}

function lengthOf(bytes: number | bigint, maskBit: number): Buffer {
  if (typeof bytes === 'bigint' || bytes > 0xffff) {
    const long = Buffer.alloc(9, maskBit | 127);
    long.writeBigUInt64BE(BigInt(bytes), 1);
    return long;
  }
  if (bytes < 126) return Buffer.of(maskBit | bytes);
  return Buffer.of(maskBit | 126, bytes >> 8, bytes & 255);
}

const NAMES = new Map([
  [TEXT, 'text'],
  [BINARY, 'binary'],
  [CLOSE, 'close'],
  [PING, 'ping'],
  [PONG, 'pong'],
]);

/**
 * The frame at the start as a line: `text häh`, `binary 00ff`, `pong 70`, `close 1000 bye`, `close`;
 * `broken …` for what a relay never sends. Null: it is not whole.
 */
export function readFrame(bytes: Buffer): { readonly bytes: number; readonly line: string } | null {
  if (bytes.length < 2) return null;
  const [first, second] = [bytes[0]!, bytes[1]!];
  const lengthBytes = second === 126 ? 2 : second === 127 ? 8 : 0;
  const from = 2 + lengthBytes;
  if (bytes.length < from) return null;
  const payloadBytes = lengthBytes === 0 ? second : readLength(bytes.subarray(2, from));
  if (bytes.length < from + payloadBytes) return null;
  const payload = bytes.subarray(from, from + payloadBytes);
  const name = NAMES.get(first & 0x0f);
  const isShortest = lengthBytes === 0 || payloadBytes > (lengthBytes === 2 ? 125 : 0xffff);
  const isWhole = (first & 0xf0) === 0x80 && second < 0x80;
  const line =
    name !== undefined && isShortest && isWhole
      ? `${name} ${contentOf(name, payload)}`.trimEnd()
      : `broken ${bytes.toString('hex', 0, from)}`;
  return { bytes: from + payloadBytes, line };
}

const readLength = (bytes: Buffer): number =>
  bytes.length === 2 ? bytes.readUInt16BE() : Number(bytes.readBigUInt64BE());

function contentOf(name: string, payload: Buffer): string {
  if (name === 'text') return payload.toString('utf8');
  if (name !== 'close') return payload.toString('hex');
  return payload.length === 0 ? '' : `${payload.readUInt16BE()} ${payload.toString('utf8', 2)}`;
}

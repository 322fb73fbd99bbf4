import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { readFrame } from './rawFrames.ts';

/**
 * The dialling end of a WebSocket over bare TCP, written by hand after RFC 6455: it sends any bytes.
 * Every frame that comes back is a line, as `readFrame` has it; the connection's end is `end`, or
 * `reset`.
 */

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** What RFC 6455, section 1.3, gives for that key. */
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** The head of a request as a browser sends it. `changes`: other values; null leaves a header out. */
export function handshake(
  path: string,
  changes: { readonly [header: string]: string | null } = {},
  start = 'GET',
): string {
  const headers = {
    Host: '127.0.0.1',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null);
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${start} ${path} HTTP/1.1\r\n${text}\r\n`;
}

/** What a server answers to a request that ends its connection: status line and headers. */
export async function answerTo(port: number, request: string): Promise<readonly string[]> {
  const stream = connect(port, '127.0.0.1');
  let answer = '';
  stream.setEncoding('latin1').on('data', (text) => {
    answer += text;
    // A connection that was upgraded, or kept, has no end of its own.
    if (answer.startsWith('HTTP/1.1 101') && answer.includes('\r\n\r\n')) stream.destroy();
  });
  stream.write(request);
  await once(stream, 'close');
  return answer.split('\r\n\r\n', 1)[0]!.split('\r\n');
}

export interface RawPeer {
  /** As the server sees it. */
  readonly port: number;
  /** What came so far. */
  readonly heard: readonly string[];
  write(bytes: Uint8Array): void;
  /** In pieces of so many bytes, each of which the server reads by itself. */
  writeChopped(bytes: Uint8Array, pieceBytes: number): Promise<void>;
  /** Resolves when this line, or the end, has come. */
  until(line: string): Promise<void>;
  /** Leaves without a word. */
  destroy(): void;
}

/** Throws if the server does not answer as it should. `early`: sent in one packet with the request. */
export async function dialRaw(
  port: number,
  path: string,
  early: Uint8Array = Buffer.alloc(0),
): Promise<RawPeer> {
  const stream = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(stream, 'connect');
  stream.write(Buffer.concat([Buffer.from(handshake(path)), early]));
  let unread = await readHead(stream);
  const heard: string[] = [];
  let waiting: (() => void) | null = null;
  const hear = (line: string): void => {
    heard.push(line);
    waiting?.();
  };
  const read = (): void => {
    for (let next = readFrame(unread); next !== null; next = readFrame(unread)) {
      unread = unread.subarray(next.bytes);
      hear(next.line);
    }
  };
  let end = 'end';
  stream.on('error', () => {
    end = 'reset';
  });
  stream.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    read();
  });
  stream.on('close', () => hear(unread.length > 0 ? `${end} in a frame` : end));
  read();
  return {
    port: stream.localPort!,
    heard,
    write: (bytes) => void stream.write(bytes),
    async writeChopped(bytes, pieceBytes) {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        await new Promise((done) => stream.write(bytes.subarray(at, at + pieceBytes), done));
        await turn();
      }
    },
    until: (line) =>
      new Promise((done) => {
        waiting = () => {
          if (heard.includes(line) || /^(end|reset)/.test(heard.at(-1) ?? '')) done();
        };
        waiting();
      }),
    destroy: () => stream.destroy(),
  };
}

/** Gives what came behind the head. */
async function readHead(stream: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (!bytes.includes('\r\n\r\n')) {
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
  const endOfHead = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, endOfHead).split('\r\n');
  const expected = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${ACCEPT}`,
  ];
  if (head.join() !== expected.join()) throw new Error(`unexpected handshake: ${head.join(', ')}`);
  return bytes.subarray(endOfHead + 4);
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoServer, startEchoServer } from '../support/echoServer.ts';
import { frame, TEXT } from '../support/rawFrames.ts';
import { answerTo, dialRaw, handshake } from '../support/rawWebSocket.ts';

let server: EchoServer;
beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(() => server.stop());

describe('handshake', () => {
  const request = (changes: Parameters<typeof handshake>[1], method?: string) =>
    handshake('/crdt-sync', changes, method);
  const bad = 'HTTP/1.1 400 Bad Request';

  test.each<readonly [string, string, string]>([
    ['an unknown path', handshake('/elsewhere'), 'HTTP/1.1 404 Not Found'],
    ['another method', request({}, 'POST'), 'HTTP/1.1 405 Method Not Allowed, Allow: GET'],
    ...['8', '12', '14', 'x', null].map(
      (version) =>
        [
          `version ${version}`,
          request({ 'Sec-WebSocket-Version': version }),
          'HTTP/1.1 426 Upgrade Required, Upgrade: websocket, Sec-WebSocket-Version: 13',
        ] as const,
    ),
    ['no key', request({ 'Sec-WebSocket-Key': null }), bad],
    ['a key that is no Base64', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZ$==' }), bad],
    ['a key of 15 bytes', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j' }), bad],
    ['no host', request({ Host: null }), bad],
    ['HTTP/1.0', request({}).replace('HTTP/1.1', 'HTTP/1.0'), bad],
    ['an upgrade to something else', request({ Upgrade: 'h2c' }), bad],
    ['no upgrade', request({ Upgrade: null, Connection: 'close' }), 'HTTP/1.1 404 Not Found'],
    ['no connection header', request({ Connection: 'close' }), 'HTTP/1.1 404 Not Found'],
    [
      'a header of 17 KiB',
      request({ 'X-Long': 'x'.repeat(17 * 1024) }),
      'HTTP/1.1 431 Request Header Fields Too Large',
    ],
    ['what is no HTTP', '\x16\x03\x01\x02\x00\x01\r\n\r\n', bad],
  ])('WSC1 answers %s with its status', async (_, sent, expected) => {
    const peers = server.served.size;
    const answer = await answerTo(server.port, sent);
    const boring = /^(Connection|Content-Length|Date|Transfer-Encoding): /;
    expect(answer.filter((line) => !boring.test(line)).join(', ')).toBe(expected);
    expect(server.served.size).toBe(peers);
  });

  test('WSC1 agrees to no subprotocol and no extension', async () => {
    const answer = await answerTo(
      server.port,
      request({
        'Sec-WebSocket-Protocol': 'chat, superchat',
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      }),
    );
    expect(answer).toEqual([
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    ]);
  });

  test('WSC1 hears a frame that comes in one packet with the request', async () => {
    const peer = await dialRaw(server.port, '/crdt-sync', frame(TEXT, 'early'));
    await peer.until('text early');
    expect(peer.heard).toEqual(['text early']);
    peer.destroy();
  });
});

import type { IncomingMessage } from 'node:http';

/**
 * The dialling end's handshake (RFC 6455, section 4.2.1), checked before anybody is admitted. `ws`
 * checks it again, later and more loosely: it takes version 8 and answers another one with 400.
 */

export interface HandshakeFault {
  readonly status: string;
  /** Whole lines, each with its line end. */
  readonly headers: string;
}

type Request = Pick<IncomingMessage, 'method' | 'httpVersion' | 'headers'>;

const WEB_SOCKET_VERSION = '13';
/** Base64 of 16 bytes. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const BAD_REQUEST: HandshakeFault = { status: '400 Bad Request', headers: '' };

/** What the request, which has `Upgrade` and `Connection: Upgrade`, is refused with; null: nothing. */
export function faultOfHandshake({ method, httpVersion, headers }: Request): HandshakeFault | null {
  if (method !== 'GET') return { status: '405 Method Not Allowed', headers: 'Allow: GET\r\n' };
  if (headers.upgrade?.toLowerCase() !== 'websocket') return BAD_REQUEST;
  if (httpVersion !== '1.1' || headers.host === undefined) return BAD_REQUEST;
  if (headers['sec-websocket-version'] !== WEB_SOCKET_VERSION) {
    return {
      status: '426 Upgrade Required',
      headers: `Upgrade: websocket\r\nSec-WebSocket-Version: ${WEB_SOCKET_VERSION}\r\n`,
    };
  }
  return KEY.test(headers['sec-websocket-key'] ?? '') ? null : BAD_REQUEST;
}

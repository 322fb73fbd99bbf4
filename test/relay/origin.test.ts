import { expect, test } from 'vitest';
import { isOrigin, maySync } from '../../worker/relay/origin.ts';

test.each<readonly [string | undefined, string | undefined, readonly string[], boolean]>([
  [undefined, '127.0.0.1:3001', [], true],
  ['http://127.0.0.1:3001', '127.0.0.1:3001', [], true],
  ['http://localhost:3001', 'LOCALHOST:3001', [], true],
  ['http://[::1]:3001', '[::1]:3001', [], true],
  ['https://relay.example', 'relay.example', [], true],
  ['https://relay.example', 'relay.example:443', [], true],
  ['https://evil.example', '127.0.0.1:3001', [], false],
  ['http://127.0.0.1:8080', '127.0.0.1:3001', [], false],
  ['http://localhost:3001', '127.0.0.1:3001', [], false],
  ['http://127.0.0.1:3001.evil.example', '127.0.0.1:3001', [], false],
  ['null', '127.0.0.1:3001', [], false],
  ['', '127.0.0.1:3001', [], false],
  ['http://127.0.0.1:3001', undefined, [], false],
  ['https://evil.example', 'no host/@', [], false],
  ['https://dash.example', '127.0.0.1:3001', ['https://dash.example'], true],
  ['https://dash.example:8443', '127.0.0.1:3001', ['https://dash.example'], false],
  ['http://dash.example', '127.0.0.1:3001', ['https://dash.example'], false],
])(
  'SRV18 of origin %s at host %s, with %j allowed, syncing is %s',
  (origin, host, allowed, may) => {
    expect(maySync({ origin, host }, allowed)).toBe(may);
  },
);

test.each([
  ['https://dash.example', true],
  ['http://localhost:8080', true],
  ['https://dash.example/', false],
  ['https://dash.example:443', false],
  ['ws://dash.example', false],
  ['*', false],
])('SRV18 that %s is an origin as browsers write it is %s', (text, is) => {
  expect(isOrigin(text)).toBe(is);
});

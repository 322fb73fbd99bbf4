import { expect, test } from 'vitest';
import { readListeningRule } from '../../../worker/relay/access/listeningRule.ts';

test.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])(
  'AUTH10 listening on %s needs no rule',
  (host) => {
    const config = { host, auth: null, access: null };
    expect(readListeningRule(config)).toEqual({ type: 'rule', auth: 'open' });
  },
);

test.each(['0.0.0.0', '::', '192.168.1.5', 'relay.example', '1270.0.0.1'])(
  'AUTH10 listening on %s without a rule is refused in a sentence',
  (host) => {
    const rule = readListeningRule({ host, auth: null, access: null });
    expect(rule).toEqual({
      type: 'refused',
      detail: `listening on ${host} lets others reach this relay: say who may connect, by --auth token, --auth keys or --auth open`,
    });
    const open = readListeningRule({ host, auth: 'open', access: null });
    expect(open).toEqual({ type: 'rule', auth: 'open' });
  },
);

test('AUTH10 a rule and the file that it needs go together', () => {
  const host = '127.0.0.1';
  expect([
    readListeningRule({ host, auth: 'keys', access: null }),
    readListeningRule({ host, auth: null, access: 'a.toml' }),
    readListeningRule({ host, auth: 'token', access: 'a.toml' }),
  ]).toEqual([
    { type: 'refused', detail: '--auth keys needs an access file, by --access FILE' },
    {
      type: 'refused',
      detail: 'the access file a.toml has no effect without --auth token or --auth keys',
    },
    { type: 'rule', auth: 'token', access: 'a.toml' },
  ]);
});

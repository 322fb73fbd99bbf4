// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { type PageAddress, parsePageAddress } from '../../src/pageAddress.ts';
import { badAddressText } from '../../src/ui/texts/refusals.ts';

test.each([
  ['http://127.0.0.1:3001/', 'default', 'ws://127.0.0.1:3001/crdt-sync'],
  ['https://board.example/index.html', 'default', 'wss://board.example/crdt-sync'],
  ['https://board.example/?pipeline=web-2', 'web-2', 'wss://board.example/crdt-sync/web-2'],
  ['http://a/?relay=wss://b:99/crdt-sync', 'default', 'wss://b:99/crdt-sync'],
  ['http://a/?relay=ws://b:99&pipeline=web', 'web', 'ws://b:99/crdt-sync/web'],
  ['file:///board/index.html', 'default', null],
])('UI1 %s names its pipeline and its peer', (page, pipeline, address) => {
  expect(parsePageAddress(page)).toEqual({ type: 'ok', options: { pipeline, address } });
});

test.each([
  ['http://a/?pipeline=', 'pipeline', '', 'bad-name'],
  ['http://a/?pipeline=Web', 'pipeline', 'Web', 'bad-name'],
  ['http://a/?pipeline=../x', 'pipeline', '../x', 'bad-name'],
  ['http://a/?pipeline=a%0A', 'pipeline', 'a\n', 'bad-name'],
  [`http://a/?pipeline=${'a'.repeat(65)}`, 'pipeline', 'a'.repeat(65), 'bad-name'],
  ['http://a/?pipeline=a&pipeline=b', 'pipeline', 'a, b', 'repeated'],
  ['http://a/?relay=javascript:alert(1)', 'relay', 'javascript:alert(1)', 'bad-scheme'],
  ['http://a/?relay=http://b/', 'relay', 'http://b/', 'bad-scheme'],
  ['http://a/?relay=nonsense', 'relay', 'nonsense', 'not-an-address'],
  ['http://a/?relay=', 'relay', '', 'not-an-address'],
  ['http://a/?relay=ws://a@b/', 'relay', 'ws://a@b/', 'not-an-address'],
  ['http://a/?relay=ws://b/%23x', 'relay', 'ws://b/#x', 'not-an-address'],
] as const)('UI2 %j is refused with a sentence', (page, parameter, value, reason) => {
  const parsed = parsePageAddress(page) as Extract<PageAddress, { type: 'bad' }>;
  expect(parsed).toEqual({ type: 'bad', parameter, value, reason });
  expect(badAddressText(parsed)).toContain(parameter === 'pipeline' ? 'pipeline name' : 'relay');
});

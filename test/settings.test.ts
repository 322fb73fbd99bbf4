import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, encodeSettings, parseSettings, type Settings } from '../src/settings.ts';

const ann = 'aa'.repeat(32);
const bob = 'bb'.repeat(32);

const chosen: Settings = {
  theme: 'dark',
  density: 'dense',
  wipLimits: new Map([
    ['2_current', 3],
    ['__proto__', 1],
  ]),
  collapsedStages: new Set(['6_archived', '']),
  keyNames: new Map([[ann, 'Ann’s laptop']]),
  staleClaimMinutes: 90,
  relays: new Set(['wss://relay.example/crdt-sync']),
};

test('PREF1 settings come back as they were kept', () => {
  expect(parseSettings(encodeSettings(chosen))).toEqual(chosen);
});

test.each([
  ['nothing', null],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '7'],
  ['too much', `{"theme":"dark","more":"${'x'.repeat(70_000)}"}`],
  ['other values', '{"theme":"pink","density":1,"wipLimits":{},"staleClaimMinutes":0.5}'],
])('PREF2 of %s, each setting is what it is at first', (_, text) => {
  expect(parseSettings(text)).toEqual(DEFAULT_SETTINGS);
});

test('PREF2 what does not hold is left out, and the rest stays', () => {
  const text = JSON.stringify({
    theme: 'light',
    wipLimits: [['2_current', 3], ['3_qa', 0], ['4_merge', '5'], ['x', 1, 2], 'y', [7, 7]],
    collapsedStages: ['6_archived', 5, 'x'.repeat(201)],
    keyNames: [
      [ann, 'Ann'],
      [bob, ' Bob'],
      ['cc', 'Cy'],
      ['dd'.repeat(32), ''],
      ['ee'.repeat(32), 'x'.repeat(41)],
      ['ff'.repeat(32), 'Eve\u202e'],
    ],
    staleClaimMinutes: 43_201,
    relays: ['wss://a.example/', 'https://b.example', 'ws://c d', `ws://${'x'.repeat(1000)}`, 7],
  });
  expect(parseSettings(text)).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'light',
    wipLimits: new Map([['2_current', 3]]),
    collapsedStages: new Set(['6_archived']),
    keyNames: new Map([[ann, 'Ann']]),
    relays: new Set(['wss://a.example/']),
  });
});

test('PREF3 of more names than fit, the last are kept', () => {
  const names = Array.from(
    { length: 300 },
    (_, at) => [at.toString(16).padStart(64, '0'), `Key ${at}`] as const,
  );
  const kept = parseSettings(encodeSettings({ ...chosen, keyNames: new Map(names) }));
  expect([...kept.keyNames]).toEqual(names.slice(-256));
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFilter, matches, parseFilter, toggleTerm, wantsStage } from '../src/filter.ts';
import type { ItemFields } from '../worker/api.ts';
import { EMPTY_FIELDS } from './support/fakeReplica.ts';

const own = 'aa'.repeat(32);

const stories: { readonly [name: string]: Partial<ItemFields> } = {
  gate: { story_id: '401_story_merge_gate', name: 'Keep the merge gate', stage: '2_current' },
  lock: {
    story_id: '402_bug_lock',
    name: 'Löck file',
    stage: '3_qa',
    agent: 'Coder-1',
    blocked: true,
  },
  mine: { story_id: '403_bug_mine', name: 'Gate', claimed_by: own, agent: 'coder-10' },
  theirs: { story_id: 'odd', name: null, stage: '7_on hold', claimed_by: 'bb'.repeat(32) },
};

/** Names of the stories that a filter wants. */
function found(text: string, signer = own, inNeed?: string): readonly string[] {
  const filter = parseFilter(text);
  return Object.entries(stories).flatMap(([name, fields]) =>
    matches({ ...EMPTY_FIELDS, ...fields }, filter, { signer, needsPerson: name === inNeed })
      ? [name]
      : [],
  );
}

test.each([
  ['', ['gate', 'lock', 'mine', 'theirs']],
  ['gate', ['gate', 'mine']],
  ['GATE keep', ['gate']],
  ['"merge gate"', ['gate']],
  ['402', ['lock']],
  ['lock', ['lock']],
  ['coder-1', ['lock', 'mine']],
  ['agent:coder-1', ['lock']],
  ['agent:coder*', ['lock', 'mine']],
  ['agent:none', ['gate', 'theirs']],
  ['type:bug', ['lock', 'mine']],
  ['type:bug type:story', ['gate', 'lock', 'mine']],
  ['type:none', ['theirs']],
  ['type:bug gate', ['mine']],
  ['stage:2_current', ['gate']],
  ['stage:current stage:qa', ['gate', 'lock']],
  ['stage:"on hold"', ['theirs']],
  ['stage:none', ['mine']],
  ['is:blocked', ['lock']],
  ['is:claimed', ['mine', 'theirs']],
  ['is:mine', ['mine']],
  ['-is:claimed -type:bug', ['gate']],
  ['-gate', ['lock', 'theirs']],
  ['agent:', ['gate', 'lock', 'mine', 'theirs']],
  ['agent:"', ['gate', 'lock', 'mine', 'theirs']],
  ['is:late', []],
  ['x:402', []],
] as const)('FIL1 %j wants %j', (text, names) => {
  expect(found(text)).toEqual(names);
});

test('FIL2 nothing is mine as long as the own key is not known', () => {
  expect(found('is:mine', '')).toEqual([]);
});

test.each(['a "b c" -d', 'agent:x type:"y z" -stage:none', 'is:blocked -is:mine', 'x:y "'])(
  'FIL3 the terms of %j can be written again',
  (text) => {
    const filter = parseFilter(text);
    expect(parseFilter(formatFilter(filter))).toEqual(filter);
  },
);

test('FIL3 whatever an agent is called, its term finds its stories and is taken out again', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(...'ab" -:*\n℡Kİ'), minLength: 1, maxLength: 8 }),
  );
  fc.assert(
    fc.property(name, (agent) => {
      const text = toggleTerm('', 'agent', agent);
      const filter = parseFilter(text);
      const isFound = matches({ ...EMPTY_FIELDS, agent }, filter, {
        signer: own,
        needsPerson: false,
      });
      expect(isFound).toBe(true);
      expect(parseFilter(formatFilter(filter))).toEqual(filter);
      if (filter.length > 0) expect(toggleTerm(text, 'agent', agent)).toBe('');
    }),
    { numRuns: 500 },
  );
});

test('FIL4 of a text, 500 signs are read', () => {
  expect(parseFilter(`${'a '.repeat(250)}b`)).toEqual(parseFilter('a '.repeat(250)));
});

test.each([
  ['', 'type:bug'],
  ['lock', 'lock type:bug'],
  ['lock TYPE:Bug agent:x', 'lock agent:x'],
  ['-type:bug', '-type:bug type:bug'],
  ['"a b" type:"bug"', '"a b"'],
])('FIL5 a term put into %j or taken out leaves the rest as typed: %j', (before, after) => {
  expect(toggleTerm(before, 'type', 'bug')).toBe(after);
});

test.each([
  ['lock', [true, true]],
  ['stage:current', [true, false]],
  ['stage:2_current stage:qa', [true, true]],
  ['-stage:current', [false, true]],
] as const)('FIL6 %j leaves these of Current and QA on the board: %j', (text, wanted) => {
  const filter = parseFilter(text);
  expect(['2_current', '3_qa'].map((stage) => wantsStage(filter, stage))).toEqual(wanted);
});

test('FIL7 `is:needs-person` means the stories that are known to, and its minus all others', () => {
  expect(found('is:needs-person', own, 'lock')).toEqual(['lock']);
  expect(found('-is:Needs-Person type:bug', own, 'lock')).toEqual(['mine']);
  expect(found('is:needs-person', own)).toEqual([]);
});

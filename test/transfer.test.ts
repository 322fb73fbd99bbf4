import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guarded, unguarded } from '../src/transfer/formulaGuard.ts';
import { commandsOf, planStories } from '../src/transfer/importPlan.ts';
import { isOpFile, readOpLines } from '../src/transfer/opLines.ts';
import { readStoryCsv, writeStoryCsv } from '../src/transfer/storyCsv.ts';
import { isStoryJson, readStoryJson, writeStoryJson } from '../src/transfer/storyJson.ts';
import { FILE_FIELDS, STORIES_MAX } from '../src/transfer/storyRows.ts';
import type { ItemFields, ItemView } from '../worker/api.ts';
import { EMPTY_FIELDS, itemId } from './support/fakeReplica.ts';
import { readRustDump } from './support/rustDump.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'=+-@\'"\t\r\n,;\uFEFF＝a '), maxLength: 8 }),
);
const anyFields = fc.record<ItemFields>({
  story_id: text,
  name: text.map((name) => `n${name}`),
  stage: text,
  agent: text,
  depends_on: text,
  claimed_by: text,
  blocked: fc.boolean(),
  retry_count: fc.integer(),
  claimed_at: fc.double({ noNaN: true, noDefaultInfinity: true }).map((time) => time + 0),
});
const anyItems = fc
  .array(anyFields, { maxLength: 8 })
  .map((all) => all.map((fields, index): ItemView => ({ id: itemId(index + 1), fields })));

function item(number: number, fields: Partial<ItemFields> = {}): ItemView {
  return {
    id: itemId(number),
    fields: { ...EMPTY_FIELDS, story_id: `${number}_story_s`, ...fields },
  };
}

test('IMP6 stories written as JSON or CSV are read again as they were', () => {
  fc.assert(
    fc.property(anyItems, (items) => {
      const fields = items.map((one) => one.fields);
      for (const read of [
        readStoryJson(writeStoryJson('p', items)),
        readStoryCsv(writeStoryCsv(items)),
      ]) {
        expect(read).toMatchObject({ type: 'read', refused: [], ignored: [] });
        expect(read.type === 'read' && read.rows.map((row) => row.fields)).toEqual(fields);
      }
    }),
  );
});

test('IMP6 what stands between cells is told by the head alone', () => {
  for (const delimiter of [',', ';', '\t', '|']) {
    const csv = `name${delimiter}blocked\r\n"a\t\t\tb|||c;;;d,,,e"${delimiter}true\r\n`;
    expect(readStoryCsv(csv)).toMatchObject({
      rows: [{ place: 2, fields: { name: 'a\t\t\tb|||c;;;d,,,e', blocked: true } }],
      refused: [],
    });
  }
  const csv = writeStoryCsv([item(1, { depends_on: '\uFEFF\t', claimed_by: ' \t\t' })]);
  expect(readStoryCsv(csv)).toMatchObject({
    rows: [{ place: 2, fields: { depends_on: '\uFEFF\t', claimed_by: ' \t\t' } }],
    refused: [],
  });
});

test('IMP7 no cell starts a formula, and reading takes back what writing put in front', () => {
  fc.assert(
    fc.property(text, (one) => {
      expect(guarded(one)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      expect(unguarded(guarded(one))).toBe(one);
    }),
  );
  expect(['=1+1', "'=1", "it's", '-2', "'quoted'"].map(guarded)).toEqual([
    "'=1+1",
    "''=1",
    "it's",
    "'-2",
    "'quoted'",
  ]);
  const csv = writeStoryCsv([item(1, { name: '=HYPERLINK("http://a")', retry_count: -2 })]);
  expect(csv).toBe(
    `\uFEFF${FILE_FIELDS.map((name) => `"${name}"`).join(',')}\r\n"1_story_s","'=HYPERLINK(""http://a"")","","","","false","-2","","0"\r\n`,
  );
});

test('IMP8 a row that is no story is refused with its line and why, and the others are read', () => {
  const csv = [
    'story_id,name,blocked,retry_count,extra',
    '1_story_a,"two\nlines",TRUE,3,x',
    '2_story_b,B,maybe,0,x',
    '3_story_c,C,,1e999,x',
    ',,,,x',
    '4_story_d,D',
    '5_story_e,E,,,',
  ].join('\r\n');
  expect(readStoryCsv(csv)).toEqual({
    type: 'read',
    rows: [
      {
        place: 2,
        fields: { story_id: '1_story_a', name: 'two\nlines', blocked: true, retry_count: 3 },
      },
      { place: 8, fields: { story_id: '5_story_e', name: 'E' } },
    ],
    refused: [
      { place: 4, why: 'wrong-type', what: 'blocked' },
      { place: 5, why: 'wrong-type', what: 'retry_count' },
      { place: 6, why: 'empty', what: '' },
      { place: 7, why: 'cells', what: '2' },
    ],
    ignored: ['extra'],
  });
  const json = {
    format: 'huskies-stories',
    version: 1,
    stories: [
      { name: 'A', agent: null, id: 'x' },
      7,
      { name: 'B', colour: 'red' },
      { name: 'C', blocked: 'no' },
      { name: '\ud800' },
      { name: 'x'.repeat(9000) },
      {},
    ],
  };
  expect(readStoryJson(JSON.stringify(json))).toEqual({
    type: 'read',
    rows: [{ place: 1, fields: { name: 'A' } }],
    refused: [
      { place: 2, why: 'not-a-story', what: '' },
      { place: 3, why: 'unknown-field', what: 'colour' },
      { place: 4, why: 'wrong-type', what: 'blocked' },
      { place: 5, why: 'ill-formed', what: 'name' },
      { place: 6, why: 'too-long', what: 'name' },
      { place: 7, why: 'empty', what: '' },
    ],
    ignored: [],
  });
});

test('IMP9 a file that cannot be read as a whole is refused as a whole, and no text throws', () => {
  const head = '{"format":"huskies-stories","version":';
  const whole = [
    readStoryJson('{'),
    readStoryJson('{"format":"huskies-bug-bundle","version":1}'),
    readStoryJson(`${head}2,"stories":[]}`),
    readStoryJson(`${head}1,"stories":[],"more":1}`),
    readStoryJson(`${head}1,"stories":[${'0,'.repeat(STORIES_MAX)}0]}`),
    readStoryCsv('a,b\r\n1,2'),
    readStoryCsv('name,name\r\n1,2'),
    readStoryCsv('name,agent\r\nA,b\r\n"open,x'),
  ];
  expect(whole.map((read) => (read.type === 'rejected' ? `${read.why} ${read.what}` : ''))).toEqual(
    [
      'not-a-file-of-ours ',
      'not-a-file-of-ours ',
      'newer 2',
      'damaged more',
      `too-many ${STORIES_MAX + 1}`,
      'no-columns ',
      'column-twice name',
      'quotes 3',
    ],
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (any) => {
      for (const read of [readStoryJson, readStoryCsv, readOpLines])
        expect(read(any)).toBeDefined();
      isOpFile(any);
      isStoryJson(any);
    }),
  );
});

test('IMP10 ops are read from lines, from a node’s frames and from a bug bundle, as they were written', () => {
  const { frame, ops } = readRustDump();
  const read = (file: string) => {
    const found = readOpLines(file);
    return found.type === 'read' ? [found.ops.map((one) => one.text), found.refused] : found;
  };
  const vector = JSON.stringify({ description: 'a vector', frame }, null, 2);
  const bundle = { format: 'huskies-bug-bundle', ops: ops.slice(1), held: ops.slice(0, 1) };
  expect(read(frame)).toEqual([ops, []]);
  expect(read(`${ops.join('\n')}\n`)).toEqual([ops, []]);
  expect(read(vector)).toEqual([ops, []]);
  expect(read(JSON.stringify(bundle, null, 1))).toEqual([[...ops.slice(1), ops[0]], []]);
  expect(read(`nothing\r\n${ops[0]}\r\n\r\n{"type":"op","op":${JSON.stringify(ops[1])}}`)).toEqual([
    ops.slice(0, 2),
    [1],
  ]);
  expect(read('name,agent\r\nA,b')).toEqual({ type: 'rejected' });
  expect([frame, ops[0] ?? '', JSON.stringify(bundle)].map(isOpFile)).toEqual([true, true, true]);
});

test('IMP11 a row is a new story, a known one that differs or not, or refused where it is unclear', () => {
  const board = [
    item(1, { agent: 'ann', stage: null }),
    item(2),
    item(3),
    { ...item(3), id: itemId(9) },
  ];
  const row = (place: number, fields: Partial<ItemFields>) => ({ place, fields }) as never;
  const plan = planStories(
    [
      row(1, { story_id: '1_story_s', agent: 'bob', stage: '' }),
      row(2, { story_id: '2_story_s', agent: '' }),
      row(3, { story_id: '3_story_s' }),
      row(4, { story_id: '4_story_s', name: 'D' }),
      row(5, { story_id: '4_story_s', name: 'E' }),
      row(6, { name: 'F' }),
    ],
    board,
  );
  expect(plan).toMatchObject({
    added: [{ place: 4 }, { place: 6 }],
    changed: [{ place: 1, id: itemId(1), fields: { agent: 'bob' } }],
    same: [{ place: 2 }],
    refused: [
      { place: 3, why: 'ambiguous', what: '3_story_s' },
      { place: 5, why: 'twice', what: '4_story_s' },
    ],
  });
  const kinds = (known: 'skip' | 'update') =>
    commandsOf(plan, known).map((one) => one.command.type);
  expect([kinds('skip'), kinds('update')]).toEqual([
    ['add', 'add'],
    ['add', 'add', 'edit'],
  ]);
});

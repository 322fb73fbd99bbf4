import { expect, test } from 'vitest';
import { linesOfKeys } from '../../worker/relay/tomlLines.ts';

const lines = (...text: string[]): { readonly [key: string]: number } =>
  Object.fromEntries(linesOfKeys(text.join('\n')));

test('CFG25 each key is found on its line, however it is written', () => {
  expect(
    lines(
      '# port = 1',
      'host = "a" # data = 2',
      '',
      '  "allow_origin" = [',
      '    "x", # ]',
      '    "]\\"",',
      '  ]',
      "'quoted.key' = 1",
      'dotted . "a" = 1',
      'dotted.b = 2',
      'note = """',
      'port = 3',
      'still \\""" here"""',
      "raw = '''",
      'data = 4',
      "'''",
      'inline = { port = 5 }',
      'port = 6',
    ),
  ).toEqual({
    host: 2,
    allow_origin: 4,
    'quoted.key': 8,
    dotted: 9,
    note: 11,
    raw: 14,
    inline: 17,
    port: 18,
  });
});

test('CFG25 what stands in a table is not at the top; the head of one is', () => {
  expect(
    lines('a = 1', '[server]', 'port = 2', '[[agent]]', 'b = 3', '[[agent]]', '[ "port" . x ]'),
  ).toEqual({ a: 1, server: 2, agent: 4, port: 7 });
});

test('CFG25 lines may end as on Windows, and a document may be empty', () => {
  expect(lines('a = [\r', '1]\r', 'b = 2\r', '')).toEqual({ a: 1, b: 3 });
  expect(lines('')).toEqual({});
});

import { expect, test } from 'vitest';
import {
  createPinoLogger,
  createTerminalSink,
  quoted,
  TEXT_MAX,
} from '../../worker/relay/pinoLogger.ts';

function createPage() {
  const lines: string[] = [];
  return { lines, write: (line: string) => lines.push(line) };
}

/** What a name, a reason, an address or a header may be made of. */
const HOSTILE: readonly (readonly [name: string, text: string, asLogged: string])[] = [
  ...(
    [
      ['a forged line', 'x\n{"level":"error","event":"store-failed","msg":"x"}\n'],
      ['other line breaks', 'a\r\nb\rc\u0085d\u2028e\u2029f\vg\fh'],
      ['colours and cursor', '\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u0007'],
      ['C1 controls', '\u009b31m\u0090q\u009c\u007f'],
      ['nothing', '\0\0'],
      ['text that runs backwards', 'exe.\u202egpj\u2066\u061c\ufeff\u00ad'],
      ['tags outside the basic plane', 'a\u{e0001}\u{e0041}b'],
      ['quotes and braces', '"},{"level":"error","__proto__":{"a":1}'],
      ['plain words of any script', 'naïve 日本語 🐕 \\u001b'],
    ] as const
  ).map(([name, text]) => [name, text, text] as const),
  ['halves of characters', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
  ['a megabyte', '\u{1b}'.repeat(1 << 20), `${'\u{1b}'.repeat(TEXT_MAX)}… (${1 << 20} characters)`],
  [
    'a character at the cut',
    `${'a'.repeat(TEXT_MAX - 1)}🐕`,
    `${'a'.repeat(TEXT_MAX - 1)}\ufffd… (${TEXT_MAX + 1} characters)`,
  ],
];

test('REL4 logs one JSON object a line, whatever the message holds', () => {
  const page = createPage();
  const logger = createPinoLogger(page);
  logger.info('peer connected', { peer: '127.0.0.1:5', ops: 3 });
  logger.error('a "quoted"\nline\u{1b}[31m');
  const entries = page.lines.map((line) => JSON.parse(line));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(entries).toEqual([
    {
      ...{ level: 'info', time, event: 'peer-connected' },
      ...{ peer: '127.0.0.1:5', ops: 3, msg: 'peer connected' },
    },
    { level: 'error', time, event: 'other', msg: 'a "quoted"\nline\u{1b}[31m' },
  ]);
  expect(page.lines.map((line) => line.indexOf('\n'))).toEqual(
    page.lines.map((line) => line.length - 1),
  );
});

test('REL5 writes a line for people at a terminal', () => {
  const page = createPage();
  const logger = createPinoLogger(createTerminalSink(page));
  logger.warn('peer lags behind', { peer: '127.0.0.1:5', frames: 1024 });
  logger.info('hostile\u{1b}[2Jtext');
  expect(page.lines).toEqual([
    expect.stringMatching(
      /^\d\d:\d\d:\d\d WARN peer lags behind peer="127\.0\.0\.1:5" frames=1024\n$/,
    ),
    expect.stringMatching(/^\d\d:\d\d:\d\d INFO hostile\\u001b\[2Jtext\n$/),
  ]);
});

test.each(HOSTILE)(
  'OBS9 %s in a field or message makes no second line, moves no cursor and stays short',
  (_, text, asLogged) => {
    const json = createPage();
    const plain = createPage();
    createPinoLogger(json).warn(text, { reason: text, origin: null });
    createPinoLogger(createTerminalSink(plain)).warn(text, { reason: text, origin: null });
    const time = expect.any(String);
    const printable = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*\n$/u;
    expect(json.lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'warn', time, event: 'other', reason: asLogged, origin: null, msg: asLogged },
    ]);
    for (const { lines } of [json, plain]) {
      expect(lines).toEqual([expect.stringMatching(printable)]);
      // Six characters for each that is escaped, twelve where what is escaped is quoted.
      expect(lines[0]?.length).toBeLessThan(2 * 12 * TEXT_MAX);
    }
  },
);

test('OBS9 what a command quotes of a file is one bounded line of printable characters', () => {
  expect(quoted('a"\n\u{1b}[2J\u{9b}\u{202e}\ud800')).toBe(
    '"a\\"\\n\\u001b[2J\\u009b\\u202e\ufffd"',
  );
  expect(quoted('x'.repeat(1_000_000)).length).toBeLessThan(600);
});

import { expect, test } from 'vitest';
import { createPinoLogger, createTerminalSink } from '../../worker/relay/pinoLogger.ts';

function createPage() {
  const lines: string[] = [];
  return { lines, write: (line: string) => lines.push(line) };
}

test('REL4 logs one JSON object a line, whatever the message holds', () => {
  const page = createPage();
  const logger = createPinoLogger(page);
  logger.info('peer connected', { peer: '127.0.0.1:5', ops: 3 });
  logger.error('a "quoted"\nline\u{1b}[31m');
  const entries = page.lines.map((line) => JSON.parse(line));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(entries).toEqual([
    { level: 'info', time, peer: '127.0.0.1:5', ops: 3, msg: 'peer connected' },
    { level: 'error', time, msg: 'a "quoted"\nline\u{1b}[31m' },
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

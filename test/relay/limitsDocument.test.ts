import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIMIT_SETTINGS } from '../../worker/relay/limitSettings.ts';
import { COUNTERS } from '../../worker/relay/metrics.ts';
import { root } from '../support/sourceCode.ts';

const MIB = 1024 * 1024;
const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
const rows = (/^\| what \| default \|.*?\n(?=\n)/ms.exec(page)?.[0] ?? '')
  .split('\n')
  .slice(2)
  .filter((line) => line !== '')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, , fallback = '', setting = '', , counted = '']) => ({ fallback, setting, counted }));
const codesOf = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** As the table writes it. */
function written(value: number): string {
  const inMib = value / MIB;
  if (inMib >= 1024) return `${inMib / 1024} GiB`;
  return inMib >= 1 && Number.isInteger(inMib) ? `${inMib} MiB` : value.toLocaleString('en-GB');
}

test('LIM18 the table of limits has each setting, with its default', () => {
  for (const { flag, fallback } of Object.values(LIMIT_SETTINGS)) {
    const row = rows.find(({ setting }) => codesOf(setting).includes(`--${flag}`));
    expect({ flag, row: row?.fallback }).toEqual({
      flag,
      row: expect.stringContaining(written(fallback)),
    });
  }
});

test('LIM18 the table of limits has each one that is counted, and no other', () => {
  const named = rows.flatMap(({ counted }) => codesOf(counted)).filter((code) => !isOfOp(code));
  expect([...new Set(named)].sort()).toEqual([...COUNTERS.limit_hits.values].sort());
});

function isOfOp(code: string): boolean {
  return code === 'ops_rejected_total' || code === 'too-large';
}

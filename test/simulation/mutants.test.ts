import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/sourceCode.ts';
import { mutants } from './mutants.ts';

test.each(mutants)('SIM4 the rule to break stands where it is looked for: $name', ({ change }) => {
  const code = readFileSync(join(root, change.file), 'utf8');
  expect(change.change(code)).not.toBe(code);
});

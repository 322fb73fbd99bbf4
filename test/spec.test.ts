import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/sourceCode.ts';
import { readTestTitles } from './support/testTitles.ts';

const specification = readFileSync(join(root, 'worker/SPEC.md'), 'utf8');
const ruleIds = [...specification.matchAll(/^- \*\*([A-Z][A-Z0-9]*\d)\*\* /gm)].map(
  ([, id]) => id!,
);
const titles = readTestTitles();
/** `SES3` of `SES3 answers …`; the rest of the word, so that `SES30` is not taken for `SES3`. */
const ruleOf = (title: string): string => /^[A-Z][A-Z0-9]*\d(?=\s)/.exec(title)?.[0] ?? '';

test('SPEC1 each rule has an id of its own', () => {
  const twice = ruleIds.filter((id, index) => ruleIds.indexOf(id) !== index);
  expect(ruleIds).not.toEqual([]);
  expect(twice, 'rule ids of worker/SPEC.md that stand there more than once').toEqual([]);
});

test('SPEC2 each line of a list in the specification that looks like a rule is one', () => {
  const listLines = specification.split('\n').filter((line) => /^\s*[-*]\s*\*\*/.test(line));
  const broken = listLines.filter((line) => !/^- \*\*[A-Z][A-Z0-9]*\d\*\* \S/.test(line));
  expect(broken, 'a rule is written `- **ID1** text` on one line').toEqual([]);
});

test('SPEC3 each rule is shown by a test whose title starts with its id', () => {
  const shown = new Set(titles.map(({ title }) => ruleOf(title)));
  const unshown = ruleIds.filter((id) => !shown.has(id));
  expect(unshown, 'rules of worker/SPEC.md that no test title starts with').toEqual([]);
});

test('SPEC4 each test title starts with the id of a rule', () => {
  const known = new Set(ruleIds);
  const strays = titles.filter(({ title }) => !known.has(ruleOf(title)));
  const places = strays.map(({ file, line, title }) => `${file}:${line} ${title || '(computed)'}`);
  expect(places, 'test titles that start with no rule id of worker/SPEC.md').toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, root } from '../support/sourceCode.ts';

const page = readFileSync(join(root, 'docs/threats.md'), 'utf8');
const [defended = '', notDefended = ''] = page.split(/^## Not defended$/m);

test('THREAT1 each threat that the document says is defended has a describe of its name, and each describe is listed', () => {
  const listed = [...defended.matchAll(/^\| ([^|]+?) \|/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'threat' && !/^-+$/.test(name));
  const described = filesUnder('test/threats').flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^describe\('([^']+)'/gm)].map(
      ([, name]) => name!,
    ),
  );
  expect([...listed].sort()).toEqual([...described].sort());
  expect(new Set(listed).size).toBe(listed.length);
});

test('THREAT2 each rule that the document names exists', () => {
  const specification = readFileSync(join(root, 'worker/SPEC.md'), 'utf8');
  const known = new Set(
    [...specification.matchAll(/^- \*\*([A-Z][A-Z0-9]*\d)\*\*/gm)].map(([, id]) => id!),
  );
  const named = [...defended.matchAll(/\b([A-Z]{2,}\d+)\b/g)].map(([, id]) => id!);
  const rules = named.filter((id) => !['ZIP215', 'SHA256'].includes(id));
  expect(rules.filter((id) => !known.has(id))).toEqual([]);
  expect(rules.length).toBeGreaterThan(20);
});

test('THREAT3 the document says what is not defended', () => {
  expect(notDefended.match(/^- \*\*/gm)?.length).toBeGreaterThan(4);
});

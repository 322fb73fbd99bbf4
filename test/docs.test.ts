import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { filesUnder, root } from './support/sourceCode.ts';

interface Fence {
  readonly file: string;
  /** From 1, of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** What else stands after the language. */
  readonly marks: readonly string[];
  readonly body: string;
}

const pages = ['README.md', 'worker/SPEC.md', ...filesUnder('docs')].filter(
  (path) => path.endsWith('.md') && existsSync(join(root, path)),
);
const texts = pages.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const fences = texts.flatMap(({ file, text }) => readFences(file, text));

test('DOC1 each npm script that the documents name exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly [name: string]: string };
  };
  const known = new Set(Object.keys(scripts));
  const named = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:-s |--silent )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, script, shorthand]) => ({ file, script: script ?? shorthand! }),
    ),
  );
  expect(named.map(({ script }) => script)).toEqual(expect.arrayContaining(['start', 'test']));
  expect(named.filter(({ script }) => !known.has(script))).toEqual([]);
});

test('DOC2 each relative link of the documents leads to a file', () => {
  const broken = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .map(([, target]) => target!)
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file} links to ${target}`),
  );
  expect(broken).toEqual([]);
});

test('DOC3 each path of this repository that the README names exists', () => {
  const readme = texts.find(({ file }) => file === 'README.md')?.text ?? '';
  const named = [...readme.matchAll(/`((?:src|worker|test|public|docs)\/[\w./-]*)`/g)];
  const missing = named.map(([, path]) => path!).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('DOC4 each JSON and TOML example of the documents parses', () => {
  for (const { file, line, language, body } of fences) {
    const parse = { json: JSON.parse, toml: parseToml }[language];
    if (parse) expect(() => parse(body), `${file}:${line}`).not.toThrow();
  }
});

describe('DOC5', () => {
  const runnable = fences.filter(({ marks }) => marks.includes('run'));
  const runners: { readonly [language: string]: readonly [string, ...string[]] } = {
    sh: ['bash', '-euo', 'pipefail', '-s'],
    js: [process.execPath, '--input-type=module', '-'],
  };

  test('DOC5 an example is marked to run only in a language that can be run', () => {
    expect(runnable.filter(({ language }) => runners[language] === undefined)).toEqual([]);
  });

  for (const { file, line, language, body } of runnable) {
    test(`DOC5 the example at ${file}:${line} runs`, () => {
      const [command, ...args] = runners[language] ?? ['false'];
      const run = spawnSync(command, args, { cwd: root, input: body, encoding: 'utf8' });
      expect({ status: run.status, errors: run.stderr }).toEqual({ status: 0, errors: '' });
    });
  }
});

function readFences(file: string, text: string): readonly Fence[] {
  const found: Fence[] = [];
  for (const match of text.matchAll(/^```([\w-]+)([^\n]*)\n(.*?)^```$/gms)) {
    const line = text.slice(0, match.index).split('\n').length;
    const marks = match[2]!.trim().split(/\s+/);
    found.push({ file, line, language: match[1]!, marks, body: match[3]! });
  }
  return found;
}

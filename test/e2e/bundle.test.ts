import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { ofTheWorker } from '../support/browser.ts';
import { filesUnder, root } from '../support/sourceCode.ts';

const folder = 'dist/page';

test('ARCH10 what the page loads itself holds no cryptography and no CRDT; the worker does', () => {
  const loaded = new Set<string>();
  for (const page of filesUnder(folder).filter((path) => path.endsWith('.html'))) {
    const html = readFileSync(join(root, page), 'utf8');
    for (const [, src] of html.matchAll(/<script[^>]+src="([^"]+)"/g)) {
      follow(join(folder, src!.startsWith('/') ? src! : join(dirname(page), src!)), loaded);
    }
  }
  const scripts = filesUnder(folder).filter((path) => path.endsWith('.js'));
  const withCore = scripts.filter((path) =>
    ofTheWorker.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(loaded.size).toBeGreaterThan(0);
  expect(withCore).not.toEqual([]);
  expect(withCore.filter((path) => loaded.has(path))).toEqual([]);
});

/** Collects a script and all that it imports, now or later. */
function follow(script: string, loaded: Set<string>): void {
  const path = normalize(script);
  if (loaded.has(path) || !existsSync(join(root, path))) return;
  loaded.add(path);
  const text = readFileSync(join(root, path), 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
    ...dynamicImports.map(({ moduleRequest }) =>
      text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
    ),
  ];
  for (const specifier of specifiers) {
    if (specifier !== undefined) follow(join(dirname(path), specifier), loaded);
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ofTheWorker } from '../support/browser.ts';
import { scriptsLoadedBy, scriptsOfPage } from '../support/loadedScripts.ts';
import { filesUnder, root } from '../support/sourceCode.ts';

const folder = 'dist/page';

test('ARCH10 what the page loads itself holds no cryptography and no CRDT; the worker does', () => {
  const pages = filesUnder(folder).filter((path) => path.endsWith('.html'));
  // Other pages load an entry themselves: the custom element.
  const entries = filesUnder(folder).filter((path) => /^dist\/page\/[^/]+\.js$/.test(path));
  const loaded = new Set([
    ...pages.flatMap((page) => [...scriptsOfPage(page, 'all')]),
    ...entries.flatMap((entry) => [...scriptsLoadedBy(entry, 'all')]),
  ]);
  const scripts = filesUnder(folder).filter((path) => path.endsWith('.js'));
  const withCore = scripts.filter((path) =>
    ofTheWorker.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(loaded.size).toBeGreaterThan(0);
  expect(withCore).not.toEqual([]);
  expect(withCore.filter((path) => loaded.has(path))).toEqual([]);
});

test('ARCH12 what the page loads before its first paint is 60 KB gzipped at most', () => {
  expect(gzipBytes(scriptsOfPage(`${folder}/index.html`, 'static'))).toBeLessThanOrEqual(60_000);
});

test('EMB15 what a page loads to show an embedded board is 60 KB gzipped at most, without the worker', () => {
  const scripts = scriptsLoadedBy(`${folder}/huskies-pipeline.js`, 'static');
  expect(scripts.size).toBeGreaterThan(1);
  expect(gzipBytes(scripts)).toBeLessThanOrEqual(60_000);
});

function gzipBytes(paths: ReadonlySet<string>): number {
  const sizes = [...paths].map((path) => gzipSync(readFileSync(join(root, path))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

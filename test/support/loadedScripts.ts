import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';
import { filesUnder, root } from './sourceCode.ts';

/** Which imports to follow: `static` is what runs before anything shows, `all` also what comes later. */
export type Follow = 'static' | 'all';

/** The scripts that a built HTML page loads itself, paths from the root. Not its workers. */
export function scriptsOfPage(page: string, follow: Follow): ReadonlySet<string> {
  const html = readFileSync(join(root, page), 'utf8');
  const folder = 'dist/page';
  const sources = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map(([, src]) => src!);
  const loaded = new Set<string>();
  for (const src of sources) {
    collect(join(src.startsWith('/') ? folder : dirname(page), src), follow, loaded);
  }
  return loaded;
}

/** A built script and all that it imports. */
export function scriptsLoadedBy(script: string, follow: Follow): ReadonlySet<string> {
  const loaded = new Set<string>();
  collect(script, follow, loaded);
  return loaded;
}

/** The script of a worker, by the name of its source: pages and other workers name it, none imports it. */
export function workerScript(name: string): string {
  const scripts = filesUnder('dist/page').filter((path) => path.endsWith('.js'));
  const texts = scripts.map((path) => readFileSync(join(root, path), 'utf8'));
  const candidates = scripts.filter((path) => basename(path).startsWith(`${name}-`));
  const named = candidates.filter((path) =>
    texts.some(
      (text) =>
        text.includes(`new URL("${basename(path)}"`) ||
        text.includes(`new URL(\`${basename(path)}\``),
    ),
  );
  if (named.length !== 1) throw new Error(`${candidates.join()} may each be the worker ${name}.`);
  return named[0]!;
}

function collect(script: string, follow: Follow, loaded: Set<string>): void {
  const path = normalize(script);
  if (loaded.has(path) || !existsSync(join(root, path))) return;
  loaded.add(path);
  const text = readFileSync(join(root, path), 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const later = dynamicImports.map(({ moduleRequest }) =>
    text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
  );
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
    ...(follow === 'all' ? later : []),
  ];
  for (const specifier of specifiers) {
    if (specifier !== undefined) collect(join(dirname(path), specifier), follow, loaded);
  }
}

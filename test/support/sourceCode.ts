import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { type ParseResult, parseSync } from 'vite';

/** The repository's root, absolute. */
export const root = resolve(import.meta.dirname, '../..');

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root for a relative import, without `?query`; null for a package. */
  readonly file: string | null;
  /** Erased by the compiler: `import type …`, `export type …`. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly program: ParseResult['program'];
}

/** Parses every `.ts` and `.tsx` file of a folder of the repository, sorted by path. */
export function readSources(folder: string): readonly SourceFile[] {
  return filesUnder(folder)
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map(readSource);
}

/** Paths from the root, with `/`, sorted, of a folder's files but installed ones; none if it does not exist. */
export function filesUnder(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('/node_modules/'))
    .sort();
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path} does not parse: ${error.message}`);
  return { path, text, imports: importsOf(path, text, parsed), program: parsed.program };
}

function importsOf(path: string, text: string, { module }: ParseResult): readonly Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const file = /^[./]/.test(specifier) ? normalizedTarget(path, specifier) : null;
    imports.push({ specifier, file, typeOnly });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    // `import {} from` and a bare `import 'x'` run the module, so no entry means a value.
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) add(moduleRequest.value, isType);
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    add(text.slice(moduleRequest.start + 1, moduleRequest.end - 1), false);
  }
  // A worker is reached by `new URL('…', import.meta.url)`, which the bundler follows.
  for (const [, specifier] of text.matchAll(/new URL\(\s*'([^']+)',\s*import\.meta\.url/g)) {
    add(specifier!, false);
  }
  return imports;
}

function normalizedTarget(path: string, specifier: string): string {
  const target = specifier.replace(/\?.*$/, '');
  const joined = target.startsWith('/') ? target.slice(1) : join(dirname(path), target);
  return normalize(joined).replaceAll('\\', '/');
}

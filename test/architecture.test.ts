import { basename } from 'node:path';
import { Visitor } from 'vite';
import { expect, test } from 'vitest';
import { filesUnder, readSources, type SourceFile } from './support/sourceCode.ts';

const worker = readSources('worker');
const page = readSources('src');
const product = [...worker, ...page];
const all = [...product, ...readSources('test')];

const compositionRoots = ['worker/main.ts', 'worker/relay/main.ts', 'src/main.tsx'];
const isCompositionRoot = ({ path }: SourceFile): boolean => compositionRoots.includes(path);

/**
 * What a file of each layer may import of the product, as prefixes of paths; the first prefix that
 * fits a file counts. The order is that of the design: crdt ← wire ← sync ← replica ← main.
 */
const crdt = ['worker/crdt/', 'worker/ports.ts'];
const wire = [...crdt, 'worker/wire/'];
const sync = [...wire, 'worker/sync/', 'worker/api.ts'];
/** The files of the folder itself: the replica and what is cut from it. */
const replica = worker
  .map(({ path }) => path)
  .filter((path) => /^worker\/[^/]+$/.test(path) && !compositionRoots.includes(path));
const layers: readonly { readonly prefix: string; readonly mayImport: readonly string[] }[] = [
  { prefix: 'worker/ports.ts', mayImport: ['worker/crdt/packedOp.ts'] },
  {
    prefix: 'worker/api.ts',
    mayImport: [
      'worker/crdt/view.ts',
      'worker/bugBundleApi.ts',
      'worker/flowApi.ts',
      'worker/historyApi.ts',
      'worker/importApi.ts',
      'worker/inspectionApi.ts',
    ],
  },
  { prefix: 'worker/inspectionApi.ts', mayImport: ['worker/crdt/view.ts'] },
  { prefix: 'worker/crdt/', mayImport: crdt },
  { prefix: 'worker/wire/', mayImport: wire },
  { prefix: 'worker/sync/', mayImport: sync },
  { prefix: 'worker/adapters/', mayImport: [...crdt, 'worker/adapters/', 'worker/api.ts'] },
  { prefix: 'worker/main.ts', mayImport: ['worker/'] },
  { prefix: 'worker/relay/main.ts', mayImport: ['worker/'] },
  { prefix: 'worker/relay/relay.ts', mayImport: ['worker/'] },
  // The form of a file of ops, which a page and the relay's `import` read alike.
  { prefix: 'worker/relay/opFile.ts', mayImport: [...wire, 'src/transfer/opLines.ts'] },
  { prefix: 'worker/relay/', mayImport: [...sync, ...replica, 'worker/relay/'] },
  { prefix: 'worker/', mayImport: [...sync, ...replica] },
  { prefix: 'src/', mayImport: ['src/', 'worker/'] },
];

test('ARCH1 imports go one way: crdt, wire, sync, replica, main', () => {
  const wrong = product.flatMap((file) =>
    filesImportedBy(file)
      .filter((target) => !mayImport(file.path, target))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(product.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

test('ARCH2 src imports types from worker/api.ts and starts worker/main.ts, and no more', () => {
  const wrong = page.flatMap((file) =>
    file.imports
      .filter(({ file: target }) => target?.startsWith('worker/'))
      .filter(({ file: target, typeOnly }) => target !== 'worker/api.ts' || !typeOnly)
      .filter(({ file: target }) => target !== 'worker/main.ts')
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test('ARCH3 the product imports nothing of the tests', () => {
  const wrong = product.flatMap((file) =>
    filesImportedBy(file)
      .filter((target) => target.startsWith('test/'))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('ARCH4 the core imports of packages only noble, and no node modules', () => {
  const core = worker.filter(({ path }) => !/^worker\/(adapters|relay)\/|^worker\/main/.test(path));
  const wrong = core.flatMap((file) =>
    file.imports
      .filter(({ file: target }) => target === null)
      .filter(({ specifier }) => !/^@noble\/(curves|hashes)\//.test(specifier))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

/** Beside what the compiler keeps out of the core; words that the core needs itself are left to it. */
const platform = [
  ...['Date', 'performance', 'crypto', 'WebSocket', 'WebSocketStream', 'BroadcastChannel'],
  ...['indexedDB', 'caches', 'localStorage', 'sessionStorage', 'navigator', 'globalThis'],
  ...['process', 'Buffer', 'console', 'fetch', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestIdleCallback'],
  ...['clearTimeout', 'clearInterval', 'SharedWorker', 'postMessage', 'Math.random'],
];

test('ARCH5 outside adapters, relay and composition roots nothing names the platform', () => {
  const core = worker.filter(({ path }) => !/^worker\/(adapters|relay)\/|^worker\/main/.test(path));
  expect(core.flatMap((file) => mentions(file, platform))).toEqual([]);
});

test('ARCH6 the page has no socket, no store and no keys of its own', () => {
  const ofTheWorker = ['WebSocket', 'WebSocketStream', 'indexedDB', 'crypto', 'Math.random'];
  expect(page.flatMap((file) => mentions(file, ofTheWorker))).toEqual([]);
});

test('ARCH7 a file has at most 400 lines, a composition root fewer than 50', () => {
  const tooLong = all.flatMap((file) => {
    const lines = file.text.trimEnd().split('\n').length;
    const most = isCompositionRoot(file) ? 49 : 400;
    return lines > most ? [`${file.path} has ${lines} lines; at most ${most}`] : [];
  });
  expect(tooLong).toEqual([]);
});

test('ARCH8 no folder is called utils or helpers, and no file collects exports of others', () => {
  const paths = ['worker', 'src', 'test', 'public'].flatMap(filesUnder);
  const vague = paths.filter((path) =>
    /(^|\/)(utils?|helpers?|common|misc)(\/|\.tsx?$)/.test(path),
  );
  const barrels = product.filter(isBarrel).map(({ path }) => path);
  expect({ vague, barrels }).toEqual({ vague: [], barrels: [] });
});

test('ARCH9 no class but the custom element and errors, no default export, no way around the compiler', () => {
  const wrong = product.flatMap((file) => {
    const found: string[] = [];
    new Visitor({
      ClassDeclaration(node) {
        const base = node.superClass?.type === 'Identifier' ? node.superClass.name : '';
        if (base !== 'HTMLElement' && base !== 'Error')
          found.push(`${file.path} declares class ${node.id?.name}`);
      },
      ExportDefaultDeclaration() {
        found.push(`${file.path} has a default export`);
      },
    }).visit(file.program);
    return found;
  });
  const silenced = all
    .filter(({ text }) => /(@ts-(ignore|expect-error|nocheck)|biome-ignore)\b/.test(text))
    .map(({ path }) => path)
    .filter((path) => path !== 'test/architecture.test.ts');
  expect({ wrong, silenced }).toEqual({ wrong: [], silenced: [] });
});

function filesImportedBy({ imports }: SourceFile): readonly string[] {
  return imports.flatMap(({ file }) => (file === null ? [] : [file]));
}

function mayImport(path: string, target: string): boolean {
  const layer = layers.find(({ prefix }) => path.startsWith(prefix));
  return layer?.mayImport.some((prefix) => target.startsWith(prefix)) ?? false;
}

/** Uses of a global name: not a property, not a key, not a word in a comment or a string. */
function mentions({ path, text, program }: SourceFile, names: readonly string[]): string[] {
  const found: string[] = [];
  const notAName = new Set<unknown>();
  const report = (name: string, start: number): void => {
    if (!names.includes(name)) return;
    found.push(`${path}:${text.slice(0, start).split('\n').length} names ${name}`);
  };
  new Visitor({
    MemberExpression(node) {
      if (node.computed) return;
      notAName.add(node.property);
      if (node.object.type === 'Identifier' && node.property.type === 'Identifier') {
        report(`${node.object.name}.${node.property.name}`, node.start);
      }
    },
    Property(node) {
      if (!node.computed && !node.shorthand) notAName.add(node.key);
    },
    TSPropertySignature(node) {
      if (!node.computed) notAName.add(node.key);
    },
    TSMethodSignature(node) {
      if (!node.computed) notAName.add(node.key);
    },
    Identifier(node) {
      if (!notAName.has(node)) report(node.name, node.start);
    },
  }).visit(program);
  return found;
}

/** A file of nothing but re-exports. */
function isBarrel({ path, program }: SourceFile): boolean {
  const reExports = program.body.filter(
    ({ type, ...node }) =>
      type === 'ExportAllDeclaration' ||
      (type === 'ExportNamedDeclaration' && 'source' in node && node.source !== null),
  );
  return (
    /^index\.tsx?$/.test(basename(path)) ||
    (reExports.length > 0 && reExports.length === program.body.length)
  );
}

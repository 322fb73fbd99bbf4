/**
 * What the npm package offers beside the page and the relay: `vite build -c vite.package.ts` for
 * `element` (everything inside), with `--mode parts` for the entries that share packages with the app.
 * A worker is text inside its starter here: bundlers of apps lose files that lie beside a module.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';

const root = import.meta.dirname;
const folder = join(root, 'dist/package');
const WORKER = '?worker&url';
const PREFIX = '\0worker-inside:';

function workersInside(): Plugin {
  return {
    name: 'workers-inside',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith(WORKER) || importer === undefined) return null;
      return `${PREFIX}${resolve(importer, '..', source.slice(0, -WORKER.length))}`;
    },
    async load(id) {
      if (!id.startsWith(PREFIX)) return null;
      const built = await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        plugins: [workersInside()],
        build: {
          write: false,
          target: 'es2022',
          rollupOptions: {
            checks: { bundlerTimings: false },
            input: id.slice(PREFIX.length),
            output: { format: 'es', codeSplitting: false },
          },
        },
      });
      const [chunk] = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
      if (chunk?.type !== 'chunk') throw new Error(`${id} did not become a script.`);
      const text = JSON.stringify(chunk.code);
      return `export default URL.createObjectURL(new Blob([${text}], { type: 'text/javascript' }));`;
    },
  };
}

/** Types as the compiler writes them, and the sheet of the board. */
function typesAndStyles(): Plugin {
  return {
    name: 'types-and-styles',
    closeBundle() {
      const types = join(folder, 'types');
      rmSync(types, { recursive: true, force: true });
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const { status, stdout } = spawnSync(
        process.execPath,
        [tsc, '-p', join(root, 'tsconfig.package.json')],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`The types cannot be written:\n${stdout}`);
      // The sources name files that are not in the package.
      for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.d.ts')) continue;
        const file = join(types, name);
        const text = readFileSync(file, 'utf8');
        writeFileSync(
          file,
          text.replace(/(from ['"]|import\(['"])(\.{1,2}\/[^'"]+)\.tsx?(['"])/g, '$1$2.js$3'),
        );
      }
      const board = readFileSync(join(root, 'src/ui/boardStyles.ts'), 'utf8');
      const css = [...board.matchAll(/from '\.\/(styles\/\w+\.css)\?inline'/g)].map(([, sheet]) =>
        readFileSync(join(root, 'src/ui', sheet!), 'utf8'),
      );
      writeFileSync(join(folder, 'styles.css'), css.join('\n'));
    },
  };
}

export default defineConfig(({ mode }) => {
  const isParts = mode === 'parts';
  const element = { element: join(root, 'src/package/element.ts') };
  const parts = {
    client: join(root, 'src/replicaClient.ts'),
    solid: join(root, 'src/package/solid.tsx'),
    protocol: join(root, 'worker/protocol.ts'),
  };
  return {
    publicDir: false,
    plugins: [workersInside(), solid(), ...(isParts ? [typesAndStyles()] : [])],
    build: {
      outDir: folder,
      emptyOutDir: !isParts,
      target: 'es2022',
      cssTarget: ['chrome123', 'safari17.5', 'firefox125'],
      lib: { entry: isParts ? parts : element, formats: ['es'] },
      rollupOptions: {
        checks: { bundlerTimings: false },
        external: isParts ? [/^solid-js/] : [],
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  };
});

import { resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import solid from 'vite-plugin-solid';

/** The page: two entries, the app and the `<huskies-pipeline>` element for other pages. */
const page: UserConfig = {
  plugins: [solid()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // light-dark(), container queries and popovers as they are written.
    cssTarget: ['chrome123', 'safari17.5', 'firefox125'],
    rollupOptions: {
      // A busy machine is no fault of the build.
      checks: { bundlerTimings: false },
      input: {
        main: resolve(import.meta.dirname, 'index.html'),
        'huskies-pipeline': resolve(import.meta.dirname, 'src/embed/main.ts'),
      },
      output: {
        // Other pages name this file, so its name does not change with its content.
        entryFileNames: ({ name }) =>
          name === 'huskies-pipeline' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
};

/** The relay: one Node bundle; packages stay in node_modules. */
const relay: UserConfig = {
  publicDir: false,
  resolve: {
    // The core's hash, natively.
    alias: [
      {
        find: /^.*\/sha256\.ts$/,
        replacement: resolve(import.meta.dirname, 'worker/relay/sha256.ts'),
      },
    ],
  },
  build: {
    outDir: 'dist/relay',
    target: 'node20',
    ssr: resolve(import.meta.dirname, 'worker/relay/main.ts'),
  },
};

export default defineConfig(({ mode }) => (mode === 'relay' ? relay : page));

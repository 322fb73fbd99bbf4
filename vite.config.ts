import { resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';

/**
 * The service worker that keeps the board's files; `src/app/offlineCopy.ts` registers it. Nothing but
 * those files is answered by it: the relay's other paths go to the relay.
 */
const offlineCopy = VitePWA({
  registerType: 'prompt',
  injectRegister: null,
  // Written by hand, in public.
  manifest: false,
  workbox: {
    cacheId: 'huskies',
    // Not the pages for frames, whose headers say who may frame them: those must be the relay's own.
    globPatterns: ['index.html', 'assets/*', 'icon.svg', 'icons/*', 'app.webmanifest'],
    dontCacheBustURLsMatching: /assets\/.+-[\w-]{8}\.\w+$/,
    // `/?pipeline=web` is the same page.
    ignoreURLParametersMatching: [/./],
    navigateFallback: null,
    cleanupOutdatedCaches: true,
    // What a first visit loads late comes from the copy already.
    clientsClaim: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
  },
});

/** The page: the app, the `<huskies-pipeline>` element for other pages, and a page of it for frames. */
const page: UserConfig = {
  // A page, a module and a worker that find each other wherever they are served.
  base: './',
  plugins: [solid(), offlineCopy],
  // A busy machine is no fault of the build.
  worker: {
    format: 'es',
    rollupOptions: {
      checks: { bundlerTimings: false },
      // What a worker starts with is one file, whatever it shares with what it loads later.
      output: { codeSplitting: { groups: [{ name: 'replica', test: /\/worker\/main\.ts$/ }] } },
    },
  },
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // light-dark(), container queries and popovers as they are written.
    cssTarget: ['chrome123', 'safari17.5', 'firefox125'],
    rollupOptions: {
      checks: { bundlerTimings: false },
      input: {
        main: resolve(import.meta.dirname, 'index.html'),
        embed: resolve(import.meta.dirname, 'embed.html'),
        'huskies-pipeline': resolve(import.meta.dirname, 'src/embed/main.ts'),
      },
      output: {
        // One file of what app, element and frame page show first: it packs better than four.
        // Another of what is opened on a board, which comes as soon as the first cards are shown.
        codeSplitting: {
          groups: [
            {
              name: 'board',
              test: /\/src\/(ui\/(Board|boardStyles)|sharedPipeline|pageAddress|pageStorage)\.tsx?$/,
              priority: 1,
            },
            {
              name: 'overlays',
              test: /\/src\/ui\/(StoryDialog|AddStoryDialog|MoveMenu|SelectionBar)\.tsx$/,
            },
          ],
        },
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
    ssr: true,
    rollupOptions: {
      input: {
        main: resolve(import.meta.dirname, 'worker/relay/main.ts'),
        runRelay: resolve(import.meta.dirname, 'worker/relay/runRelay.ts'),
      },
      // Both look for the page from where they lie.
      output: { chunkFileNames: '[name]-[hash].js' },
    },
  },
};

export default defineConfig(({ mode }) => (mode === 'relay' ? relay : page));

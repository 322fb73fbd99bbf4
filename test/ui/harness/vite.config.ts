import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

/** `npx vite --config test/ui/harness/vite.config.ts`: the board on a fake replica, to look at. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  cacheDir: resolve(import.meta.dirname, '../../../node_modules/.vite-harness'),
  plugins: [solid()],
  server: {
    port: 5199,
    strictPort: true,
    host: '127.0.0.1',
    fs: { allow: [resolve(import.meta.dirname, '../../..')] },
  },
});

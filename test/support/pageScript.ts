import { join } from 'node:path';
import { build } from 'vite';
import { root } from './sourceCode.ts';

/** A TypeScript file (path from the root) and all that it imports, as one classic script for a page. */
export async function bundlePageScript(path: string): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(root, path), formats: ['iife'], name: 'pageScript' },
    },
  });
  for (const { output } of [built].flat() as { output?: { code?: string }[] }[]) {
    const code = output?.[0]?.code;
    if (code !== undefined) return code;
  }
  throw new Error(`${path} made no script`);
}

import { join } from 'node:path';
import { build } from 'vite';
import { root } from '../../support/sourceCode.ts';

/** A file of this folder and all that it imports, as one classic script. */
export async function bundleScript(name: string): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(root, 'test/bench/browser', name), formats: ['iife'], name: 'bench' },
    },
  });
  for (const { output } of [built].flat() as { output?: { code?: string }[] }[]) {
    const code = output?.[0]?.code;
    if (code !== undefined) return code;
  }
  throw new Error(`${name} made no script`);
}

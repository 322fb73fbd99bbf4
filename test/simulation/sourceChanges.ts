/**
 * Changes production code while it is loaded, for the simulation alone: what is pure and dear is
 * computed once for all replicas of a world, and a mutant has a rule broken.
 */

import { sep } from 'node:path';
import type { Plugin } from 'vite';

/** What to make of the text of one file; its path is given from the root, with `/`. */
export interface SourceChange {
  readonly file: string;
  readonly change: (code: string) => string;
}

/** Fails the load of a file that a change does not fit, and tells of each that was made. */
export function changeSources(
  changes: readonly SourceChange[],
  onChange: (change: SourceChange) => void = () => {},
): Plugin {
  return {
    name: 'simulation:change-sources',
    enforce: 'pre',
    transform(code, id) {
      const path = id.split('?', 1)[0]?.split(sep).join('/') ?? '';
      const fitting = changes.filter(({ file }) => path.endsWith(`/${file}`));
      if (fitting.length === 0) return undefined;
      for (const one of fitting) onChange(one);
      return fitting.reduce((text, { change }) => change(text), code);
    },
  };
}

/** `find` must stand in the file exactly once. */
export function replaceOnce(file: string, find: string, replacement: string): SourceChange {
  return {
    file,
    change(code) {
      const parts = code.split(find);
      if (parts.length !== 2) {
        throw new Error(`${file}: ${parts.length - 1} times, not once: ${find}`);
      }
      return parts.join(replacement);
    },
  };
}

/** A function of one text or object that always gives the same for the same. */
function rememberCalls(file: string, name: string, by: 'text' | 'object'): SourceChange {
  return {
    file,
    change(code) {
      const declaration = new RegExp(`^(export )?function ${name}\\(`, 'gm');
      const found = [...code.matchAll(declaration)];
      if (found.length !== 1)
        throw new Error(`${file}: ${found.length} functions ${name}, not one`);
      const [, exported = ''] = found[0] ?? [];
      const plain = code.replace(declaration, `function ${name}Anew(`);
      return `${plain}
const ${name}Known = ${by === 'text' ? 'new Map<string, unknown>()' : 'new WeakMap<object, unknown>()'};
${exported}function ${name}(key: never, ...rest: never[]): never {
  if (!${name}Known.has(key)) {
    ${by === 'text' ? `if (${name}Known.size > 5000) ${name}Known.clear();` : ''}
    ${name}Known.set(key, (${name}Anew as (...all: never[]) => unknown)(key, ...rest));
  }
  return ${name}Known.get(key) as never;
}
`;
    },
  };
}

/** Every op of a world is read and hashed by some seven replicas, again at every reconnection. */
export const REMEMBERED: readonly SourceChange[] = [
  rememberCalls('worker/crdt/signedOp.ts', 'parseSignedOp', 'text'),
  rememberCalls('worker/crdt/op.ts', 'shapeOf', 'object'),
  rememberCalls('worker/crdt/op.ts', 'claimOf', 'object'),
  rememberCalls('worker/crdt/identity.ts', 'computeOpId', 'object'),
  rememberCalls('worker/crdt/packedOp.ts', 'opText', 'object'),
];

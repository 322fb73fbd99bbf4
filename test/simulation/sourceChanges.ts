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

/** How a call is known again, and what is kept of what it gave. */
interface Memory {
  readonly known: 'new Map()' | 'new WeakMap()';
  /** Of `value`, its first argument. */
  readonly key: string;
  /** Of `made`. */
  readonly kept: string;
}

const BY_TEXT: Memory = { known: 'new Map()', key: 'value', kept: 'made' };
const BY_OBJECT: Memory = { known: 'new WeakMap()', key: 'value', kept: 'made' };
/** By what stands in them, as each replica has bytes of its own. */
const BY_BYTES: Memory = {
  ...BY_TEXT,
  key: 'Buffer.from(value.buffer, value.byteOffset, value.byteLength).latin1Slice()',
};
/** It gives a view that is good until the next call. */
const BY_OBJECT_COPIED: Memory = { ...BY_OBJECT, kept: 'made.slice()' };

const REMEMBERED_MAX = 5000;

/** A function that always gives the same for the same first argument. */
function rememberCalls(file: string, name: string, memory: Memory): SourceChange {
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
const ${name}Known: any = ${memory.known};
${exported}function ${name}(value: any, ...rest: any[]): any {
  const key = ${memory.key};
  let kept = ${name}Known.get(key);
  if (kept === undefined) {
    const made = (${name}Anew as any)(value, ...rest);
    kept = ${memory.kept};
    if (${name}Known.size > ${REMEMBERED_MAX}) ${name}Known.clear();
    ${name}Known.set(key, kept);
  }
  return kept;
}
`;
    },
  };
}

const load = replaceOnce('worker/lateQueries.ts', "await import('./queries.ts')", 'queries');
/** What is loaded when it is first needed is there at once: real time is no part of a world. */
const LOADED_AT_ONCE: SourceChange = {
  file: 'worker/lateQueries.ts',
  change: (code) => `import * as queries from './queries.ts';\n${load.change(code)}`,
};

/** All that is other in a simulation. */
export const SIMULATED: readonly SourceChange[] = [
  LOADED_AT_ONCE,
  // Every op of a world is read and hashed by some seven replicas, again at every reconnection.
  rememberCalls('worker/crdt/signedOp.ts', 'parseSignedOp', BY_TEXT),
  rememberCalls('worker/crdt/signedOp.ts', 'encodeCanonical', BY_OBJECT_COPIED),
  rememberCalls('worker/crdt/op.ts', 'shapeOf', BY_OBJECT),
  rememberCalls('worker/crdt/op.ts', 'claimOf', BY_OBJECT),
  rememberCalls('worker/crdt/op.ts', 'boundedSeenKey', BY_OBJECT),
  rememberCalls('worker/crdt/identity.ts', 'computeOpId', BY_OBJECT),
  rememberCalls('worker/crdt/packedOp.ts', 'unpackOp', BY_BYTES),
  rememberCalls('worker/crdt/packedOp.ts', 'opText', BY_OBJECT),
];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sourceCode.ts';

/** What a Rust node sends on connect for a pipeline of 400 stories, and what it must look like. */
export interface RustDump {
  /** The text frame, byte for byte. */
  readonly frame: string;
  /** Signed ops of the frame, as texts. */
  readonly ops: readonly string[];
  readonly view: readonly {
    readonly stage: string;
    readonly name: string;
    readonly story_id: string;
  }[];
  /** Ids of the visible items, as `view`. */
  readonly ids: readonly string[];
}

export function readRustDump(): RustDump {
  const text = readFileSync(join(root, 'test/vectors/pipeline-dump.json'), 'utf8');
  const { frame, view, ids } = JSON.parse(text) as Omit<RustDump, 'ops'>;
  const { ops } = JSON.parse(frame) as { readonly ops: readonly string[] };
  return { frame, ops, view, ids };
}

/** Item ids by stage, each in list order. */
export function idsByStage({ view, ids }: RustDump): {
  readonly [stage: string]: readonly string[];
} {
  const columns: { [stage: string]: string[] } = {};
  for (const [index, { stage }] of view.entries()) {
    columns[stage] ??= [];
    columns[stage].push(ids[index]!);
  }
  return columns;
}

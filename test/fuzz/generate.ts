/** One input after another, by chance: the same for the same dice. */

import { MAX_OP_BYTES, readOp } from '../../worker/crdt/op.ts';
import { type PackedOp, packText } from '../../worker/crdt/packedOp.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import { encodeAck, encodeBulk, encodeLiveOp } from '../../worker/wire/frames.ts';
import { MAX_LIVE_FRAME_BYTES } from '../../worker/wire/limits.ts';
import type { Dice } from '../simulation/dice.ts';
import type { Corpus } from './corpus.ts';
import { LITERALS } from './edges.ts';
import type { FuzzInput } from './fuzzInput.ts';
import { generateOp, generateSwellingOp } from './generateOps.ts';
import { type Loose, parseLoose, printFreely, printLoose } from './looseJson.ts';
import { createOthers, mutateBytes, mutateText, mutateTree, pick } from './mutate.ts';

/** A text with its tree, if it has one. */
interface Source {
  readonly text: string;
  readonly tree: Loose | null;
}

export function createGenerator(dice: Dice, corpus: Corpus): () => FuzzInput {
  const sources = (texts: readonly string[]): Source[] =>
    texts.map((text) => ({ text, tree: parseLoose(text) }));
  const others = createOthers([...corpus.jsons.slice(0, 60), ...corpus.ops.slice(0, 3)]);
  const ops = sources(corpus.ops);
  const jsons = sources([...corpus.jsons, ...LITERALS]);
  const textFrames = sources([...corpus.textFrames, encodeBulk(corpus.ops.slice(0, 2), 3)]);
  const liveFrames = sources(corpus.ops.slice(0, 8).map((op) => `{"v":1,"op":${op}}`));

  function vary(from: readonly Source[]): string {
    const { text, tree } = pick(dice, from);
    if (tree === null || dice.oneIn(4)) return mutateText(text, dice, pick(dice, from).text);
    let changed = tree;
    for (let left = 1 + dice.below(3); left > 0; left -= 1) {
      changed = mutateTree(changed, dice, others);
    }
    const printed = dice.oneIn(3) ? printFreely(changed, dice) : printLoose(changed);
    return dice.oneIn(12) ? mutateText(printed, dice, text) : printed;
  }

  const opText = (): string => {
    if (dice.oneIn(500)) return generateSwellingOp(dice);
    if (dice.oneIn(300)) return `{"x":"${'x'.repeat(MAX_OP_BYTES - 8 + dice.below(3))}"}`;
    if (dice.oneIn(3)) return vary(ops);
    const text = generateOp(dice, others);
    return dice.oneIn(6) ? mutateText(text, dice, text) : text;
  };

  function textFrame(): string {
    switch (dice.below(4)) {
      case 0:
        return encodeBulk(Array.from({ length: dice.below(3) }, opText), dice.below(3));
      case 1:
        return randomText();
      default:
        return vary(textFrames);
    }
  }

  const packedOp = (): PackedOp => {
    const text = opText();
    const op = readOp(text);
    return op.type === 'rejected' || dice.oneIn(8) ? packText(text) : op.bytes;
  };

  function alteredOp(): Uint8Array {
    if (dice.oneIn(300)) return packText('x'.repeat(MAX_OP_BYTES + dice.below(3)));
    const packed = packedOp();
    if (dice.oneIn(4)) return packed;
    // The kind and what stands next to it decide most.
    const changed = mutateBytes(packed, dice);
    if (dice.oneIn(3)) changed[0] = dice.below(256);
    if (dice.oneIn(12)) changed.fill(0, 1, 33 + dice.below(40));
    return changed;
  }

  function compactFrame(): Uint8Array {
    const ops = Array.from({ length: 1 + dice.below(3) }, packedOp);
    const frame = encodeCompact({ ops, left: dice.oneIn(2) ? null : dice.below(300) });
    return dice.oneIn(3) ? frame : mutateBytes(frame, dice);
  }

  function binaryFrame(): Uint8Array {
    if (dice.oneIn(300)) return new Uint8Array(MAX_LIVE_FRAME_BYTES + dice.below(3)).fill(0x7b);
    switch (dice.below(8)) {
      case 5:
      case 6:
        return compactFrame();
      case 0:
        return randomBytes(dice.below(120));
      case 1:
        return mutateBytes(pick(dice, corpus.binaryFrames), dice);
      case 2:
        return mutateBytes(encodeAck([randomHex(), randomHex()]), dice);
      case 3:
        return mutateBytes(encodeLiveOp(opText()), dice);
      case 4:
        return encodeLiveOp(opText());
      default:
        return new TextEncoder().encode(vary(liveFrames));
    }
  }

  const randomBytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => dice.below(256));
  const randomHex = (): string => Buffer.from(randomBytes(32)).toString('hex');
  const randomText = (): string =>
    String.fromCharCode(...Array.from({ length: dice.below(60) }, randomUnit));
  const randomUnit = (): number =>
    dice.oneIn(10) ? dice.below(0x10000) : '{}[]",:0-1.eE\\u atrufalsn'.charCodeAt(dice.below(26));

  return () => {
    switch (dice.below(12)) {
      case 10:
      case 11:
        return { type: 'packed-op', bytes: alteredOp() };
      case 0:
      case 1:
      case 2:
        return { type: 'json', text: dice.oneIn(5) ? randomText() : vary(jsons) };
      case 3:
      case 4:
      case 5:
        return { type: 'op', text: opText() };
      case 6:
      case 7:
        return { type: 'text-frame', text: textFrame() };
      default:
        return { type: 'binary-frame', bytes: binaryFrame() };
    }
  };
}

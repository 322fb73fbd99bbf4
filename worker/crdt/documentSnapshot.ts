/**
 * The state of a document as bytes: what a replica keeps beside its log, so that a start need not
 * apply the log again. For this replica's own disk alone, never for a peer.
 *
 * Integers are LEB128. Authors, texts and ids stand in tables, and the elements refer to them by
 * number, so that each is read, and kept in memory, once. `items`:
 *
 *   version · authors (count, 32 bytes each) · texts (count, the length of each in UTF-16 units;
 *   bytes of all of them as UTF-8, and these) · ids (count, 32 bytes each; those of the elements
 *   first, then of stamps, in the order of their use) · elements (count, then each):
 *     closings × 2 + visible · seq · inner author · if it is visible, its registers:
 *       signer of the insert + 1, or 0 if no register has its stamp any more
 *       which registers have a stamp of their own, as bits · nine values · those stamps:
 *         seq · inner author + 1, or 0 if it is the item · signer
 *
 * A value is 0 for null; else of a text its number + 1, of a boolean 1 or 2, of a number itself + 2
 * if it is such an integer, else 1 and its eight bytes (IEEE 754, the lowest first). `index`:
 *
 *   version · seen-keys (count, 32 bytes each) · signatures (count, 64 bytes each)
 */

import { copyHex, type OpId, type PublicKey } from './bytes.ts';
import type { DocumentContents } from './document.ts';
import type { ItemsContents } from './items.ts';
import type { Registers, Stamp } from './lwwRegister.ts';
import {
  type ByteWriter,
  createByteWriter,
  writeByte,
  writeBytes,
  writeText,
  writeVarint,
  writtenBytes,
} from './packedBytes.ts';
import { FIELD_NAMES, type FieldValue } from './view.ts';

export const SNAPSHOT_VERSION = 1;

/** The greatest integer that a value can stand for by itself. */
export const MAX_PLAIN_NUMBER = Number.MAX_SAFE_INTEGER - 2;

export interface DocumentSnapshot {
  /** Enough to show the board. */
  readonly items: Uint8Array;
  /** What tells whether an op is new, and has what it needs. */
  readonly index: Uint8Array;
}

/** Elements that are written between two turns; about a millisecond's work. */
const ELEMENTS_PER_SLICE = 512;

/** Yields when other work may have its turn. */
export function* encodeSnapshot(
  contents: DocumentContents,
): Generator<undefined, DocumentSnapshot, undefined> {
  const items = yield* encodeItems(contents.items);
  return { items, index: encodeIndex(contents) };
}

function encodeIndex({ seenKeys, signatures }: DocumentContents): Uint8Array {
  const writer = createByteWriter(seenKeys.length + signatures.length + 16);
  writeByte(writer, SNAPSHOT_VERSION);
  writeVarint(writer, seenKeys.length / 32);
  writeBytes(writer, seenKeys);
  writeVarint(writer, signatures.length / 64);
  writeBytes(writer, signatures);
  return writtenBytes(writer);
}

/** The tables and the elements that refer to them, as far as they are written. */
interface ItemsWriter {
  readonly authors: Map<PublicKey, number>;
  readonly texts: Map<string, number>;
  readonly stampIds: OpId[];
  readonly elements: ByteWriter;
}

function* encodeItems({
  elements,
  registers,
}: ItemsContents): Generator<undefined, Uint8Array, undefined> {
  const writer: ItemsWriter = {
    authors: new Map(),
    texts: new Map(),
    stampIds: [],
    elements: createByteWriter(64 * 1024),
  };
  writeVarint(writer.elements, elements.length);
  for (const [index, { closings, isVisible, seq, innerAuthor }] of elements.entries()) {
    writeVarint(writer.elements, closings * 2 + (isVisible ? 1 : 0));
    writeVarint(writer.elements, seq);
    writeVarint(writer.elements, numberOf(writer.authors, innerAuthor));
    const held = registers[index];
    if (held) writeRegisters(writer, held);
    if (index % ELEMENTS_PER_SLICE === 0) yield;
  }
  return yield* assemble(writer, [...elements.map(({ id }) => id), ...writer.stampIds]);
}

function* assemble(
  { authors, texts, elements }: ItemsWriter,
  ids: readonly OpId[],
): Generator<undefined, Uint8Array, undefined> {
  const whole = createByteWriter(ids.length * 32 + elements.length + 64 * 1024);
  writeByte(whole, SNAPSHOT_VERSION);
  yield* writeHexes(whole, [...authors.keys()]);
  writeVarint(whole, texts.size);
  for (const text of texts.keys()) writeVarint(whole, text.length);
  yield;
  writeText(whole, [...texts.keys()].join(''));
  yield;
  yield* writeHexes(whole, ids);
  writeBytes(whole, elements.bytes.subarray(0, elements.length));
  return writtenBytes(whole);
}

const HEXES_PER_SLICE = 4096;

/** 32 bytes each. */
function* writeHexes(
  writer: ByteWriter,
  hexes: readonly (OpId | PublicKey)[],
): Generator<undefined, void, undefined> {
  const bytes = new Uint8Array(32);
  writeVarint(writer, hexes.length);
  for (const [index, hex] of hexes.entries()) {
    copyHex(hex, bytes);
    writeBytes(writer, bytes);
    if (index % HEXES_PER_SLICE === 0) yield;
  }
}

function numberOf<T>(table: Map<T, number>, entry: T): number {
  const known = table.get(entry);
  if (known !== undefined) return known;
  table.set(entry, table.size);
  return table.size - 1;
}

function writeRegisters(writer: ItemsWriter, { id, values, stamps }: Registers): void {
  const { authors, texts, elements, stampIds } = writer;
  const initial = stamps.find((stamp) => isOfInsert(stamp, id));
  const own = stamps.map((stamp) => stamp.signer !== initial?.signer || !isOfInsert(stamp, id));
  writeVarint(elements, initial === undefined ? 0 : numberOf(authors, initial.signer) + 1);
  writeVarint(
    elements,
    own.reduce((bits, is, index) => bits + (is ? 2 ** index : 0), 0),
  );
  for (const field of FIELD_NAMES) writeValue(elements, texts, values[field]);
  for (const [index, { seq, innerAuthor, signer, id: stampId }] of stamps.entries()) {
    if (!own[index]) continue;
    writeVarint(elements, seq);
    const isItem = innerAuthor === (id as string);
    writeVarint(elements, isItem ? 0 : numberOf(authors, innerAuthor as PublicKey) + 1);
    writeVarint(elements, numberOf(authors, signer));
    stampIds.push(stampId);
  }
}

/** Whether it is the stamp that the insert of the item gave. */
function isOfInsert(stamp: Stamp, item: OpId): boolean {
  return stamp.seq === 1 && stamp.id === item && stamp.innerAuthor === (item as string);
}

const float = new DataView(new ArrayBuffer(8));

function writeValue(writer: ByteWriter, texts: Map<string, number>, value: FieldValue): void {
  switch (typeof value) {
    case 'string':
      writeVarint(writer, numberOf(texts, value) + 1);
      break;
    case 'boolean':
      writeVarint(writer, value ? 2 : 1);
      break;
    case 'number':
      if (isPlain(value)) writeVarint(writer, value + 2);
      else {
        writeVarint(writer, 1);
        float.setFloat64(0, value, true);
        writeBytes(writer, new Uint8Array(float.buffer));
      }
      break;
    default:
      writeVarint(writer, 0);
  }
}

function isPlain(value: number): boolean {
  return (
    Number.isInteger(value) && value >= 0 && value <= MAX_PLAIN_NUMBER && !Object.is(value, -0)
  );
}

/** Reading what `documentSnapshot.ts` writes, and describes. Strict and total. */

import type { OpId, PublicKey } from './bytes.ts';
import type { DocumentContents } from './document.ts';
import { type DocumentSnapshot, MAX_PLAIN_NUMBER, SNAPSHOT_VERSION } from './documentSnapshot.ts';
import type { ItemsContents } from './items.ts';
import type { Attempt } from './json.ts';
import type { Registers, Stamp } from './lwwRegister.ts';
import {
  attemptPacked,
  type ByteCursor,
  decodeText,
  failPacked,
  readByte,
  readCount,
  readVarint,
  takeBytes,
} from './packedBytes.ts';
import type { PlacedElement } from './rga.ts';
import { FIELD_NAMES, FIELD_TYPES, type FieldName, type FieldValue, mapFields } from './view.ts';

/** Never throws. Whether a document has such contents is found out by making it. */
export function decodeSnapshot({ items, index }: DocumentSnapshot): Attempt<DocumentContents> {
  const readItems = attemptPacked(items, readItemsContents);
  if (readItems.type === 'unreadable') return readItems;
  const readIndex = attemptPacked(index, readIndexContents);
  if (readIndex.type === 'unreadable') return readIndex;
  return { type: 'read', value: { items: readItems.value, ...readIndex.value } };
}

function readVersion(cursor: ByteCursor): void {
  const version = readByte(cursor);
  if (version !== SNAPSHOT_VERSION) failPacked(cursor, `version ${version}`);
}

function readIndexContents(cursor: ByteCursor): Omit<DocumentContents, 'items'> {
  readVersion(cursor);
  const seenKeys = takeBytes(cursor, readCount(cursor, 32) * 32);
  const signatures = takeBytes(cursor, readCount(cursor, 64) * 64);
  return { seenKeys, signatures };
}

interface Tables {
  readonly authors: readonly PublicKey[];
  readonly texts: readonly string[];
  readonly ids: readonly OpId[];
  /** Ids that were referred to so far. */
  usedIds: number;
}

function readItemsContents(cursor: ByteCursor): ItemsContents {
  readVersion(cursor);
  const authors = readHexes<PublicKey>(cursor);
  const texts = readTexts(cursor);
  const ids = readHexes<OpId>(cursor);
  const count = readCount(cursor, 3);
  const tables: Tables = { authors, texts, ids, usedIds: count };
  const elements: PlacedElement[] = [];
  const registers: (Registers | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = entryOf(cursor, ids, index);
    const head = readVarint(cursor);
    const isVisible = head % 2 === 1;
    const closings = Math.floor(head / 2);
    const seq = readVarint(cursor);
    const innerAuthor = entryOf(cursor, authors, readVarint(cursor));
    elements.push({ id, seq, innerAuthor, isVisible, closings });
    registers.push(isVisible ? readRegisters(cursor, tables, id) : null);
  }
  if (tables.usedIds !== ids.length) failPacked(cursor, 'ids that nothing refers to');
  return { elements, registers };
}

const HEX_DIGITS = new TextEncoder().encode('0123456789abcdef');

/** Cut out of one text of all digits: many times faster than one by one. */
function readHexes<T extends string>(cursor: ByteCursor): readonly T[] {
  const count = readCount(cursor, 32);
  const bytes = takeBytes(cursor, count * 32);
  const digits = new Uint8Array(count * 64);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    digits[at * 2] = HEX_DIGITS[byte >> 4] ?? 0;
    digits[at * 2 + 1] = HEX_DIGITS[byte & 15] ?? 0;
  }
  const all = decodeText(cursor, digits);
  return Array.from({ length: count }, (_, index) => all.slice(index * 64, index * 64 + 64) as T);
}

function readTexts(cursor: ByteCursor): readonly string[] {
  const lengths = Array.from({ length: readCount(cursor, 1) }, () => readVarint(cursor));
  const all = decodeText(cursor, takeBytes(cursor, readVarint(cursor)));
  let end = 0;
  const texts = lengths.map((length) => {
    end += length;
    return all.slice(end - length, end);
  });
  if (end !== all.length) failPacked(cursor, 'texts of another length');
  return texts;
}

function entryOf<T>(cursor: ByteCursor, table: readonly T[], index: number): T {
  const entry = table[index];
  return entry === undefined ? failPacked(cursor, 'a reference to nothing') : entry;
}

function readRegisters(cursor: ByteCursor, tables: Tables, id: OpId): Registers {
  const { authors } = tables;
  const signer = readVarint(cursor);
  const initial: Stamp | null =
    signer === 0
      ? null
      : { seq: 1, innerAuthor: id, signer: entryOf(cursor, authors, signer - 1), id };
  const own = readVarint(cursor);
  if (own >= 2 ** FIELD_NAMES.length) failPacked(cursor, 'a register that there is not');
  const values = mapFields((field) => readValue(cursor, tables, field));
  const stamps: Stamp[] = [];
  for (let index = 0; index < FIELD_NAMES.length; index += 1) {
    const isOwn = (own & (1 << index)) !== 0;
    const stamp = isOwn ? readStamp(cursor, tables, id) : initial;
    stamps.push(stamp ?? failPacked(cursor, 'a register without a stamp'));
  }
  return { id, values, stamps };
}

function readStamp(cursor: ByteCursor, tables: Tables, item: OpId): Stamp {
  const seq = readVarint(cursor);
  const author = readVarint(cursor);
  const innerAuthor = author === 0 ? item : entryOf(cursor, tables.authors, author - 1);
  const signer = entryOf(cursor, tables.authors, readVarint(cursor));
  const id = entryOf(cursor, tables.ids, tables.usedIds);
  tables.usedIds += 1;
  return { seq, innerAuthor, signer, id };
}

function readValue(cursor: ByteCursor, { texts }: Tables, field: FieldName): FieldValue {
  const code = readVarint(cursor);
  if (code === 0) return null;
  switch (FIELD_TYPES[field]) {
    case 'string':
      return entryOf(cursor, texts, code - 1);
    case 'bool':
      return code <= 2 ? code === 2 : failPacked(cursor, 'no boolean');
    case 'number':
      return code === 1 ? readFloat(cursor) : code - 2;
  }
}

/** A number that has no shorter form. */
function readFloat(cursor: ByteCursor): number {
  const bytes = takeBytes(cursor, 8);
  const value = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  const isPlain = Number.isInteger(value) && value <= MAX_PLAIN_NUMBER && 1 / value > 0;
  return isPlain || !Number.isFinite(value) ? failPacked(cursor, 'no such number') : value;
}

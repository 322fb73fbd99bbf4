/**
 * Work on a board, apart from who does it and in which format: items of nine fields and later sets,
 * 2.6 an item, one change at a time, each of which changes something. The same numbers give the
 * same changes.
 */

import { toHex } from '../../worker/crdt/bytes.ts';
import { EMPTY_FIELDS } from '../../worker/crdt/emit.ts';
import type { FieldName, NewFields } from '../../worker/crdt/view.ts';
import type { Random } from '../../worker/ports.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

/** Items are numbered from 0 in the order of their making, which is their order on the board. */
export type BoardChange =
  | { readonly type: 'add'; readonly fields: NewFields }
  | {
      readonly type: 'set';
      readonly item: number;
      readonly field: FieldName;
      readonly value: NewFields[FieldName];
    };

export interface BoardWork {
  readonly items: number;
  readonly changes: readonly BoardChange[];
  /** Sets that come after them. */
  readonly later: readonly BoardChange[];
  /** The board after `changes`, in order. */
  readonly board: readonly NewFields[];
}

export const CHANGES_PER_ITEM = 3.6;

export function createBoardWork(count: number, laterSets = 0): BoardWork {
  const random = createSeededRandom(`board work of ${count}`);
  const items = Math.round(count / CHANGES_PER_ITEM);
  const board: NewFields[] = [];
  const changes = Array.from({ length: count }, (_, index) => {
    // Bresenham's step spreads the additions evenly and makes exactly `items` of them.
    const isAddition = Math.ceil((index * items) / count) === board.length;
    return isAddition && board.length < items ? addItem(board, random) : setField(board, random);
  });
  const after = [...board];
  const later = Array.from({ length: laterSets }, () => setField(after, random));
  return { items, changes, later, board };
}

function addItem(board: NewFields[], random: Random): BoardChange {
  const number = board.length + 1;
  const fields: NewFields = {
    ...EMPTY_FIELDS,
    story_id: `${number}_story_${pick(random, WORDS)}_${pick(random, WORDS)}`,
    name: `${pick(random, WORDS)} the ${pick(random, WORDS)} of ${pick(random, WORDS)} ${number}`,
  };
  board.push(fields);
  return { type: 'add', fields };
}

function setField(board: NewFields[], random: Random): BoardChange {
  const item = Math.floor(random.fraction() * board.length);
  const fields = board[item];
  if (fields === undefined) throw new Error('nothing to set');
  const field = pick(random, SET_FIELDS);
  let value = VALUES[field](random);
  while (value === fields[field]) value = VALUES[field](random);
  board[item] = { ...fields, [field]: value };
  return { type: 'set', item, field, value };
}

const WORDS = 'gate merge agent board stage retry queue review window index'.split(' ');
const AGENTS = ['', 'coder-1', 'coder-2', 'qa-1', 'mergemaster'];
const STAGES = ['2_current', '3_qa', '4_merge', '5_done', '6_archived'];

/** What a story goes through: mostly stages and claims. */
const SET_FIELDS: readonly FieldName[] = [
  ...(['stage', 'stage', 'stage', 'agent', 'agent', 'claimed_by', 'claimed_at'] as const),
  ...(['name', 'retry_count', 'blocked', 'depends_on'] as const),
];

const VALUES: { readonly [Name in FieldName]: (random: Random) => NewFields[Name] } = {
  stage: (random) => pick(random, STAGES),
  agent: (random) => pick(random, AGENTS),
  claimed_by: (random) => toHex(random.bytes(32)),
  claimed_at: (random) => 1_750_000_000 + Math.floor(random.fraction() * 10_000_000),
  name: (random) => `${pick(random, WORDS)} the ${pick(random, WORDS)} again`,
  retry_count: (random) => Math.floor(random.fraction() * 4),
  blocked: (random) => random.fraction() < 0.5,
  depends_on: (random) => `[${Math.floor(random.fraction() * 1000)}]`,
  story_id: (random) => `${Math.floor(random.fraction() * 1000)}_bug_${pick(random, WORDS)}`,
};

export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random.fraction() * choices.length)];
  if (choice === undefined) throw new Error('nothing to pick from');
  return choice;
}

/**
 * What can happen in a world, as plain data: a list of moves can be printed, cut short and played
 * again. The numbers of a move choose among what there is when it is played.
 */

import { createDice } from './dice.ts';

/** How often each move comes, among those that a world has at all. */
const WEIGHTS = {
  edit: 110,
  'edit-in-rust-node': 16,
  deliver: 150,
  flow: 14,
  wait: 40,
  'step-disk': 20,
  'open-tab': 10,
  'close-tab': 4,
  'steal-lock': 5,
  'take-over-frozen': 6,
  'kill-tab': 6,
  'cut-power': 5,
  'crash-in-transaction': 5,
  'restart-relay': 4,
  'crash-relay-in-transaction': 3,
  cut: 6,
  isolate: 6,
  heal: 8,
  freeze: 6,
  thaw: 10,
  'hold-disk': 6,
  'release-disk': 8,
  'fill-disk': 5,
  'free-disk': 8,
  'spoil-snapshot': 4,
  'spoil-places': 6,
  'jump-clock': 4,
  disconnect: 3,
  reconnect: 3,
  revive: 6,
  duplicate: 8,
  corrupt: 6,
  'alter-copy': 16,
  'sign-hostile': 16,
  'send-hostile-frame': 8,
  replay: 3,
  inject: 8,
} as const;

export type MoveName = keyof typeof WEIGHTS;

export interface Move {
  readonly name: MoveName;
  readonly picks: readonly [number, number, number];
}

/** Moves without which a world comes to a stop; every world has them. */
const ALWAYS: readonly MoveName[] = ['edit', 'deliver', 'flow', 'wait', 'reconnect', 'revive'];

/** A fault comes with what ends it, and both are in or out. */
const GROUPS: readonly (readonly MoveName[])[] = [
  ['edit-in-rust-node'],
  ['open-tab', 'close-tab', 'kill-tab', 'steal-lock', 'take-over-frozen'],
  ['cut-power', 'crash-in-transaction'],
  ['restart-relay', 'crash-relay-in-transaction'],
  ['cut'],
  ['isolate', 'heal'],
  ['freeze', 'thaw'],
  ['hold-disk', 'release-disk', 'step-disk'],
  ['fill-disk', 'free-disk'],
  ['spoil-snapshot'],
  ['spoil-places'],
  ['jump-clock'],
  ['disconnect'],
  ['duplicate', 'corrupt'],
  ['alter-copy'],
  ['sign-hostile', 'send-hostile-frame', 'replay'],
  ['inject'],
];

const PICKS_BELOW = 100_000;

/**
 * Each world has a part of all moves ("swarm testing", Groce et al. 2012): a fault that hides behind
 * another one is found where the other one is missing.
 */
export function generateMoves(seed: string, count: number): Move[] {
  const dice = createDice(`${seed}/moves`);
  const groups = GROUPS.filter(() => dice.below(100) < 62);
  const names = [...ALWAYS, ...groups.flat()];
  const total = names.reduce((sum, name) => sum + WEIGHTS[name], 0);
  const draw = (): MoveName => {
    let at = dice.below(total);
    for (const name of names) {
      at -= WEIGHTS[name];
      if (at < 0) return name;
    }
    return 'flow';
  };
  const pick = (): number => dice.below(PICKS_BELOW);
  return Array.from({ length: count }, () => ({ name: draw(), picks: [pick(), pick(), pick()] }));
}

/** `edit 12 0 99` */
export function encodeMoves(moves: readonly Move[]): string {
  return moves.map(({ name, picks }) => [name, ...picks].join(' ')).join(', ');
}

/** Of what `encodeMoves` wrote; throws on anything else. */
export function parseMoves(text: string): readonly Move[] {
  return text.split(', ').map(parseMove);
}

function parseMove(text: string): Move {
  const [name = '', ...numbers] = text.split(' ');
  const [a, b, c] = numbers.map(Number);
  if (!isMoveName(name) || a === undefined || b === undefined || c === undefined) {
    throw new Error(`no move: ${text}`);
  }
  return { name, picks: [a, b, c] };
}

function isMoveName(name: string): name is MoveName {
  return Object.hasOwn(WEIGHTS, name);
}

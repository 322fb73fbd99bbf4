/**
 * The same work on the same board by ours and by what others build upon, each in processes of its
 * own: once to make it, some times to read it afresh. Ratios are to ours in the same run.
 */

import { join } from 'node:path';
import { CHANGES_PER_ITEM } from '../boardWork.ts';
import { type Figure, figure } from '../figure.ts';
import { formatTable } from '../table.ts';
import { perSecond } from '../timing.ts';
import {
  type Measured,
  measureApart,
  OUR_OWN_LOG,
  OUR_SNAPSHOT,
  OURS,
  type Subject,
} from './measureApart.ts';
import { installedAs, peersFolder } from './peersInstall.ts';

interface Contender extends Subject {
  /** In the figures' names. */
  readonly name: string;
  readonly signed: 'each op' | 'each session' | 'no';
  /** Of npm; absent: ours. */
  readonly package?: string;
}

const CONTENDERS: readonly Contender[] = [
  { name: 'ours', signed: 'each op', ...OURS },
  { name: 'ours-own-log', signed: 'each op', ...OUR_OWN_LOG },
  { name: 'ours-snapshot', signed: 'each op', ...OUR_SNAPSHOT },
  peer('yjs', 'yjs', 'no'),
  peer('loro', 'loro-crdt', 'no'),
  peer('automerge', '@automerge/automerge', 'no'),
  peer('tinybase', 'tinybase', 'no'),
  peer('cojson', 'cojson', 'each session'),
  { ...peer('cojson', 'cojson', 'each session'), name: 'cojson-unsealed', exportName: 'unsealed' },
];

const KIB = 1024;

/** A figure each, and at the end all of them as a table on stderr. */
export async function* measurePeers(items: number): AsyncGenerator<Figure> {
  const changes = Math.round(items * CHANGES_PER_ITEM);
  const rows: string[][] = [];
  let ours: readonly Figure[] = [];
  for (const contender of CONTENDERS) {
    const label = labelOf(contender);
    console.error(`${label}: ${items} items, ${changes} changes`);
    const figures = figuresOf(contender.name, items, await measureApart(contender, changes), ours);
    if (ours.length === 0) ours = figures;
    yield* figures;
    rows.push([label, contender.signed, ...figures.map(format)]);
  }
  const columns = [
    'changes/s',
    'history',
    'load',
    'load, CPU',
    'apply one',
    'heap/item',
    'resident/item',
  ];
  console.error(formatTable(['', 'signed', ...columns], rows));
}

function peer(name: string, packageName: string, signed: Contender['signed']): Contender {
  const file = join(peersFolder, `${name}.ts`);
  return { name, signed, file, exportName: 'system', package: packageName };
}

function figuresOf(
  name: string,
  items: number,
  measured: Measured,
  ours: readonly Figure[],
): readonly Figure[] {
  const changes = Math.round(items * CHANGES_PER_ITEM);
  const values: readonly [what: string, unit: Figure['unit'], value: number][] = [
    ['generate', 'op/s', perSecond(changes, measured.elapsedMs)],
    ['history', 'B', measured.historyBytes],
    ['load', 'ms', measured.loadMs],
    ['load-cpu', 'ms', measured.loadCpuMs],
    ['apply-one', 'ms', measured.applyMs],
    ['heap-item', 'B', measured.heapBytes / items],
    ['resident-item', 'B', measured.residentBytes / items],
  ];
  return values.map(([what, unit, value], index) =>
    figure(`peers.${what}.${name}`, unit, value, ours[index]),
  );
}

function labelOf({ name, exportName, package: packageName }: Contender): string {
  if (packageName === undefined) return name;
  return exportName === 'system'
    ? installedAs(packageName)
    : `${installedAs(packageName)}, ${exportName}`;
}

function format({ unit, value, ratio }: Figure): string {
  const plain = unit === 'B' ? `${(value / KIB).toFixed(1)} KiB` : `${value} ${unit}`;
  return ratio === undefined ? plain : `${plain} (${ratio.value} ×)`;
}

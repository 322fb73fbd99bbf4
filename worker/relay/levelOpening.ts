import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { causeOf, type Level } from './levelDatabase.ts';
import { ALL_OPS, missingKey, placeOf } from './levelKeys.ts';
import { countTornBytes } from './levelLogFile.ts';
import type { StoreFindings } from './opLog.ts';

/**
 * Opens a LevelDB folder so that everything in it can be read, and says what that took.
 *
 * LevelDB by itself makes a new, empty database where `CURRENT` is missing, and deletes the files
 * of the old one; leaves out what does not match its checksum; and finds a damaged table when it is
 * read. So files without `CURRENT` are no new database here, and all is read once at the start.
 * LevelDB's own repair moves the files that it worked on to `lost`, in the folder.
 */

export type CreateLevel = (folder: string) => Level;

export interface SoundLevel {
  readonly level: Level;
  readonly extents: ReadonlyMap<string, Extent>;
  readonly found: Omit<StoreFindings, 'lostOps'>;
}

/** How far the log of one pipeline goes. */
export interface Extent {
  /** Ops that are there. */
  readonly count: number;
  /** One more than the highest offset. */
  readonly end: number;
}

/** Damage of the database, as against trouble of the disk or of rights, which a repair makes worse. */
const DAMAGE = /^Corruption|No such file or directory|does not exist|Invalid argument/;

/** Three times as fast as key by key. */
const SLICE_KEYS = 1000;

/** The newest writes; LevelDB always has one, and does not miss it. */
const LOG_FILE = /^\d+\.log$/;

/** Throws what LevelDB says when the folder cannot be used, also after a repair. */
export async function openSoundLevel(
  folder: string,
  createLevel: CreateLevel,
): Promise<SoundLevel> {
  await mkdir(folder, { recursive: true });
  const files = await readdir(folder);
  const cutBytes = await countCutBytes(folder, files);
  const isNew = !files.some(isDatabaseFile);
  const lacksLog = !isNew && !files.some((file) => LOG_FILE.test(file));
  const repairs = lacksLog ? ['the file of the last writes is missing'] : [];
  const level = createLevel(folder);
  let droppedBytes = 0;

  const repair = async (error: unknown): Promise<void> => {
    const { message } = causeOf(error);
    await level.close();
    if (!DAMAGE.test(message)) throw error;
    await ClassicLevel.repair(folder);
    droppedBytes += await countDroppedBytes(folder);
    repairs.push(message.replaceAll(`${folder}/`, ''));
    await open(false);
  };
  const open = async (createIfMissing: boolean): Promise<void> => {
    await level.open({ createIfMissing });
    droppedBytes += await countDroppedBytes(folder);
  };

  await open(isNew).catch(repair);
  const extents = await survey(level).catch(async (error: unknown) => {
    await repair(error);
    return survey(level);
  });
  const counts = [...extents.values()].map(({ count }) => count);
  const ops = counts.reduce((sum, count) => sum + count, 0);
  const found = { pipelines: extents.size, ops, cutBytes, droppedBytes, repairs };
  return { level, extents, found };
}

/** Reads all there is, so that what cannot be read is known before anybody builds on it. */
async function survey(level: Level): Promise<ReadonlyMap<string, Extent>> {
  const extents = new Map<string, Extent>();
  const keys = level.keys(ALL_OPS);
  try {
    for (;;) {
      const slice = await keys.nextv(SLICE_KEYS);
      if (slice.length === 0) return extents;
      for (const key of slice) {
        const place = placeOf(key);
        if (place === undefined) continue;
        const count = (extents.get(place.pipeline)?.count ?? 0) + 1;
        extents.set(place.pipeline, { count, end: place.offset + 1 });
      }
    }
  } finally {
    await keys.close();
  }
}

/** Counts offsets without an op that were not missed before, and remembers that they are. */
export async function noteLostOps(
  level: Level,
  extents: ReadonlyMap<string, Extent>,
): Promise<number> {
  let lostOps = 0;
  for (const [pipeline, { count, end }] of extents) {
    const known = Number((await level.get(missingKey(pipeline))) ?? 0);
    const missing = end - count;
    if (missing === known) continue;
    lostOps += Math.max(0, missing - known);
    const put = { type: 'put', key: missingKey(pipeline), value: String(missing) } as const;
    await level.batch([put], { sync: true });
  }
  return lostOps;
}

function isDatabaseFile(name: string): boolean {
  return /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst))$/.test(name);
}

async function countCutBytes(folder: string, files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of files.filter((file) => LOG_FILE.test(file))) {
    bytes += countTornBytes(await readFile(join(folder, name)));
  }
  return bytes;
}

/** LevelDB tells of what it leaves out nowhere but in its own log, which each opening begins anew. */
async function countDroppedBytes(folder: string): Promise<number> {
  const told = await readFile(join(folder, 'LOG'), 'utf8').catch(() => '');
  const drops = [...told.matchAll(/: dropping (\d+) bytes/g)];
  return drops.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

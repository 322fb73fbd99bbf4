import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, describe, expect, test } from 'vitest';
import type { Level } from '../../worker/relay/levelDatabase.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import type { OpLog } from '../../worker/relay/opLog.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import { indexedOf, logged, openLog, readAll, records, replay } from '../support/opLogRecords.ts';
import { dumpRecords, loggedOf, textOf } from '../support/opRecords.ts';
import { describeOpLog } from './opLogContract.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'op-log-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function openAt(folder: string, createLevel?: (at: string) => Level): Promise<OpLog> {
  const opening = await openLevelOpLog(folder, createLevel);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  cleanUps.push(() => opening.opLog.close());
  return opening.opLog;
}

describe('in LevelDB', () => {
  describeOpLog(async () => openAt(await newFolder()));

  test('LOG6 holds after a restart what it held before', async () => {
    const folder = await newFolder();
    const before = await openAt(folder);
    await (await openLog(before, 'default')).append(logged(records(700)));
    await (await openLog(before, 'other')).append(logged(records(3, 50)));
    await before.close();
    const after = await openAt(folder);
    const log = await openLog(after, 'default');
    expect(log.count()).toBe(700);
    await log.append(logged(records(1, 700)));
    expect(await readAll(log)).toEqual(records(701));
    expect(await readAll(await openLog(after, 'other'))).toEqual(records(3, 50));
  });

  test('LOG23 a log has an id of its own, and keeps it from the first op on', async () => {
    const folder = await newFolder();
    const before = await openAt(folder);
    const log = await openLog(before, 'default');
    await log.append(logged(records(1)));
    const others = [await openLog(before, 'other'), await openLog(before, 'empty')];
    await others[0]?.append(logged(records(1)));
    const ids = [log, ...others].map(({ id }) => id);
    await before.close();
    const after = await openAt(folder);
    const again = [await openLog(after, 'default'), await openLog(after, 'other')];
    expect(again.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(new Set([...ids, (await openLog(after, 'empty')).id]).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  test('LOG7 has on disk what it answered for when the process is killed', async () => {
    const folder = await newFolder();
    const program = join(import.meta.dirname, '../support/appendAndDie.ts');
    const child = spawnSync(process.execPath, ['--import', 'tsx', program, folder, '250']);
    expect(child.signal).toBe('SIGKILL');
    const log = await openLog(await openAt(folder), 'default');
    expect(await readAll(log)).toEqual(records(250));
  });

  test('LOG8 refuses a data folder that another relay has open', async () => {
    const folder = await newFolder();
    await openAt(folder);
    expect(await openLevelOpLog(folder)).toEqual({
      type: 'refused',
      reason: 'in-use',
      detail: `data folder ${folder} is in use by another relay`,
    });
  });

  test('LOG9 refuses a store of a newer version and leaves it alone', async () => {
    const folder = await newFolder();
    await (await openAt(folder)).close();
    const level = new ClassicLevel(join(folder, 'ops'));
    await level.put('format', '3');
    await level.close();
    const refusal = {
      type: 'refused',
      reason: 'newer-format',
      detail: `data folder ${folder} was written by a newer version of the relay (format 3, this one knows 2)`,
    };
    expect(await openLevelOpLog(folder)).toEqual(refusal);
    expect(await openLevelOpLog(folder)).toEqual(refusal);
  });

  test('LOG21 reads what a relay of format 1 left, and writes on', async () => {
    const folder = await newFolder();
    // Written by the last commit before format 2, from the first twelve ops of the dump.
    await cp(join(import.meta.dirname, 'storeFormat1'), folder, { recursive: true });
    const all = dumpRecords(14);
    const opLog = await openAt(folder);
    const log = await openLog(opLog, 'default');
    expect(await readAll(log)).toEqual(all.slice(0, 12));
    await log.append(all.slice(12).map(loggedOf));
    await opLog.close();

    const level = new ClassicLevel(join(folder, 'ops'));
    // What keeps relays of format 1 out.
    expect(await level.get('format')).toBe('2');
    await level.close();
    const again = await openLog(await openAt(folder), 'default');
    expect(await readAll(again)).toEqual(all);
    expect(await replay(again)).toEqual({
      outcome: { type: 'replayed', damagedOps: 0 },
      noted: all.map(loggedOf).map(indexedOf),
    });
  });

  test('LOG18 what format 1 wrote is damaged if it is not what its key was computed from', async () => {
    const folder = await newFolder();
    await (await openAt(folder)).close();
    const [first, second, third] = dumpRecords(3);
    const level = new ClassicLevel(join(folder, 'ops'));
    await level.put('op!default!00000000000000', first!.key + textOf(first!));
    await level.put('op!default!00000000000001', first!.key + textOf(second!));
    await level.put('op!default!00000000000002', `${third!.key}{"no":"op"}`);
    await level.close();
    const log = await openLog(await openAt(folder), 'default');
    expect(await replay(log)).toEqual({
      outcome: { type: 'replayed', damagedOps: 2 },
      noted: [indexedOf(loggedOf(first!))],
    });
    expect(await readAll(log)).toEqual([first]);
  });

  test('LOG10 refuses a data folder that cannot be one', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, 'no folder');
    expect(await openLevelOpLog(file)).toMatchObject({ type: 'refused', reason: 'unreadable' });
  });

  const fullDisk = 'IO error: 000004.log: No space left on device';

  test.each([
    ['full', fullDisk],
    ['broken', 'IO error: 000004.log: Input/output error'],
  ])('LOG11 names a failed append %s, and the log is as it was', async (reason, message) => {
    const disk = createFailingDisk();
    const log = await openLog(await openAt(await newFolder(), disk.createLevel), 'default');
    await log.append(logged(records(2)));
    disk.failNextBatch(message, 'nothing-written');
    expect(await log.append(logged(records(5, 2)))).toEqual({
      type: 'failed',
      reason,
      detail: message,
    });
    expect(log.count()).toBe(2);
    expect(await readAll(log)).toEqual(records(2));
    expect(await log.append(logged(records(1, 2)))).toEqual({ type: 'stored' });
    expect(await readAll(log)).toEqual(records(3));
  });

  test('LOG12 opens the database anew between a failed write and the next', async () => {
    const disk = createFailingDisk();
    const log = await openLog(await openAt(await newFolder(), disk.createLevel), 'default');
    disk.failNextBatch(fullDisk, 'nothing-written');
    await log.append(logged(records(1)));
    expect(disk.openings()).toBe(1);
    await log.append(logged(records(1)));
    await log.append(logged(records(1, 1)));
    expect(disk.openings()).toBe(2);
  });

  test('LOG13 forgets what a failed append left on the disk', async () => {
    const disk = createFailingDisk();
    const folder = await newFolder();
    const before = await openAt(folder, disk.createLevel);
    const log = await openLog(before, 'default');
    await log.append(logged(records(2)));
    disk.failNextBatch(fullDisk, 'all-written');
    await log.append(logged(records(9, 100)));
    await log.append(logged(records(1, 2)));
    expect(await readAll(log)).toEqual(records(3));
    await before.close();
    const after = await openLog(await openAt(folder), 'default');
    expect(after.count()).toBe(3);
    expect(await readAll(after)).toEqual(records(3));
  });
});

describe('in memory', () => {
  describeOpLog(async () => createMemoryOpLog());
});

/** A LevelDB whose next write fails when told; the disk may have taken it all the same. */
function createFailingDisk() {
  let failure: { readonly message: string; readonly written: boolean } | null = null;
  let openings = 0;
  return {
    openings: () => openings,
    failNextBatch: (message: string, remains: 'nothing-written' | 'all-written') => {
      failure = { message, written: remains === 'all-written' };
    },
    createLevel: (folder: string): Level => {
      const level = new ClassicLevel(folder);
      const open = level.open.bind(level);
      const batch = level.batch.bind(level) as (...args: unknown[]) => Promise<void>;
      level.open = async () => {
        openings += 1;
        await open();
      };
      const failingBatch = async (...args: unknown[]): Promise<void> => {
        const failing = failure;
        failure = null;
        if (failing === null || failing.written) await batch(...args);
        if (failing !== null) throw new Error(failing.message);
      };
      level.batch = failingBatch as typeof level.batch;
      return level;
    },
  };
}

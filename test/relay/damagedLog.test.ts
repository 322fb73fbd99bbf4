import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpRecord } from '../../worker/ports.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import type { OpLog, StoreFindings } from '../../worker/relay/opLog.ts';
import { openLog, readAll } from '../support/opLogRecords.ts';
import { textRecord } from '../support/opRecords.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'damaged-log-'));
}

/** Texts that do not compress, as long as some six usual ops. */
const records = (count: number, first = 0): readonly OpRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const key = createHash('sha256')
      .update(`${first + index}`)
      .digest('hex');
    return textRecord(
      key,
      createHash('shake256', { outputLength: 2048 }).update(key).digest('hex'),
    );
  });
const OPS = 2000;
const ops = records(OPS);

let original = '';
beforeAll(async () => {
  original = await newFolder();
  const opLog = (await open(original)).opLog;
  const log = await openLog(opLog, 'default');
  for (let from = 0; from < OPS; from += 10) await log.append(ops.slice(from, from + 10));
  await opLog.close();
});
afterAll(() => rm(original, { recursive: true }));

async function open(folder: string): Promise<{ opLog: OpLog; findings: StoreFindings }> {
  const opening = await openLevelOpLog(folder);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  return opening;
}

/** A copy of the log's data folder, and the files of its database by name. */
async function copyOriginal() {
  const folder = await newFolder();
  cleanUps.push(() => rm(folder, { recursive: true }));
  await cp(original, folder, { recursive: true });
  const database = join(folder, 'ops');
  const files = async (name: RegExp) =>
    (await readdir(database)).filter((file) => name.test(file)).map((file) => join(database, file));
  return { folder, files };
}

type Files = Awaited<ReturnType<typeof copyOriginal>>['files'];

async function flip(path: string, at: (size: number) => number): Promise<void> {
  const bytes = await readFile(path);
  const from = at(bytes.length);
  for (let byte = from; byte < from + 16; byte += 1) bytes[byte] = ~(bytes[byte] ?? 0);
  await writeFile(path, bytes);
}

async function reopen(folder: string) {
  const { opLog, findings } = await open(folder);
  cleanUps.push(() => opLog.close());
  const log = await openLog(opLog, 'default');
  return { opLog, findings, log, held: await readAll(log) };
}

const untouched: StoreFindings = {
  pipelines: 1,
  ops: OPS,
  cutBytes: 0,
  droppedBytes: 0,
  lostOps: 0,
  repairs: [],
};

/** Of the original, in its order, and nothing else. */
function expectPart(held: readonly OpRecord[]): void {
  const known = new Map(ops.map((record, offset) => [record.key, offset]));
  const offsets = held.map(({ key }) => known.get(key) ?? -1);
  expect(held).toEqual(offsets.map((offset) => ops[offset]));
  expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
}

test('LOG14 a log that is sound is found sound', async () => {
  const { folder } = await copyOriginal();
  const { findings, held } = await reopen(folder);
  expect(findings).toEqual(untouched);
  expect(held).toEqual(ops);
});

describe('a torn tail', () => {
  const walOf = async (files: Files): Promise<string> => (await files(/\.log$/))[0]!;

  test.each([1, 100, 5000, 41_000])(
    'LOG15 a last write that lacks %i bytes is cut, told, and nothing else is lost',
    async (bytes) => {
      const { folder, files } = await copyOriginal();
      const wal = await walOf(files);
      await truncate(wal, (await stat(wal)).size - bytes);
      const { findings, held, log } = await reopen(folder);
      // Ten ops are one write, of 42 kB.
      const left = OPS - 10;
      expect(held).toEqual(ops.slice(0, left));
      expect(findings).toEqual({ ...untouched, ops: left, cutBytes: expect.any(Number) });
      expect(findings.cutBytes).toBeGreaterThan(0);
      await log.append(ops.slice(left));
      expect(await readAll(log)).toEqual(ops);
    },
  );

  test('LOG15 what was cut is told once', async () => {
    const { folder, files } = await copyOriginal();
    const wal = await walOf(files);
    await truncate(wal, (await stat(wal)).size - 100);
    await (await reopen(folder)).opLog.close();
    expect((await reopen(folder)).findings).toEqual({ ...untouched, ops: OPS - 10 });
  });
});

describe('damage', () => {
  const damages: readonly (readonly [string, (files: Files) => Promise<unknown>])[] = [
    ['CURRENT is missing', async (files) => rm((await files(/^CURRENT$/))[0]!)],
    ['CURRENT is cut', async (files) => truncate((await files(/^CURRENT$/))[0]!, 5)],
    ['the manifest is missing', async (files) => rm((await files(/^MANIFEST/))[0]!)],
    ['the manifest is empty', async (files) => truncate((await files(/^MANIFEST/))[0]!, 0)],
    ['the manifest is altered', async (files) => flip((await files(/^MANIFEST/))[0]!, () => 10)],
  ];

  test.each(damages)(
    'LOG16 when %s the log is repaired, and nothing is lost',
    async (_, damage) => {
      const { folder, files } = await copyOriginal();
      await damage(files);
      const { findings, held, log } = await reopen(folder);
      expect(held).toEqual(ops);
      expect(findings).toEqual({ ...untouched, repairs: [expect.stringMatching(/\S/)] });
      await log.append(records(3, OPS));
      expect(await readAll(log)).toEqual(records(OPS + 3));
    },
  );

  const middle = (size: number): number => size >> 1;
  const losses: readonly (readonly [string, (files: Files) => Promise<unknown>])[] = [
    ['the last writes are altered', async (files) => flip((await files(/\.log$/))[0]!, middle)],
    ['a table is altered', async (files) => flip((await files(/\.ldb$/))[0]!, middle)],
    ['a table is missing', async (files) => rm((await files(/\.ldb$/))[0]!)],
    [
      'a table is cut',
      async (files) => {
        const [table] = await files(/\.ldb$/);
        await truncate(table!, (await stat(table!)).size >> 1);
      },
    ],
  ];

  test.each(losses)(
    'LOG17 when %s the other ops are there, what is lost is told once, and can come again',
    async (_, damage) => {
      const { folder, files } = await copyOriginal();
      await damage(files);
      const { opLog, findings, log, held } = await reopen(folder);
      expectPart(held);
      expect(held.length).toBeLessThan(OPS);
      expect(log.count()).toBe(held.length);
      const { lostOps } = findings;
      expect({ ops: findings.ops, lostOps }).toEqual({
        ops: held.length,
        lostOps: OPS - held.length,
      });
      expect(findings.droppedBytes + findings.repairs.length).toBeGreaterThan(0);

      const missing = ops.filter(({ key }) => !held.some((record) => record.key === key));
      await log.append(missing);
      await opLog.close();
      const again = await reopen(folder);
      expect(again.findings).toEqual(untouched);
      expect(again.held).toEqual([...held, ...missing]);
    },
  );

  test('LOG18 damaged records are set aside, and stay so', async () => {
    const { folder } = await copyOriginal();
    const { opLog, log } = await reopen(folder);
    const damaged = new Set([0, 1, 700, OPS - 1].map((offset) => ops[offset]!.key));
    const sound = ops.filter(({ key }) => !damaged.has(key));
    expect(await log.quarantine(({ key }) => damaged.has(key))).toEqual({ type: 'stored' });
    expect(log.count()).toBe(sound.length);
    expect(await readAll(log)).toEqual(sound);
    await log.append(records(1, OPS));
    await opLog.close();
    const again = await reopen(folder);
    expect(again.findings).toEqual({ ...untouched, ops: sound.length + 1 });
    expect(again.held).toEqual([...sound, ...records(1, OPS)]);
  });

  test('LOG16 that the newest file is missing is told, as LevelDB does not', async () => {
    const { folder, files } = await copyOriginal();
    await rm((await files(/\.log$/))[0]!);
    const { findings, held } = await reopen(folder);
    expect(held).toEqual(ops.slice(0, held.length));
    expect(held.length).toBeLessThan(OPS);
    const repairs = ['the file of the last writes is missing'];
    expect(findings).toEqual({ ...untouched, ops: held.length, repairs });
  });

  test('LOG19 a disk that cannot be read is refused, and nothing is repaired', async () => {
    const { folder, files } = await copyOriginal();
    const before = await files(/./);
    const unreadable = (at: string) => {
      const level = new ClassicLevel(at);
      level.keys = () => {
        throw new Error('IO error: 000005.ldb: Input/output error');
      };
      return level;
    };
    expect(await openLevelOpLog(folder, unreadable)).toEqual({
      type: 'refused',
      reason: 'unreadable',
      detail: `data folder ${folder} cannot be used: IO error: 000005.ldb: Input/output error`,
    });
    expect(await files(/^lost$/)).toEqual([]);
    expect((await files(/\.ldb$/)).length).toBeGreaterThanOrEqual(
      before.filter((file) => file.endsWith('.ldb')).length,
    );
    expect((await reopen(folder)).held).toEqual(ops);
  });
});

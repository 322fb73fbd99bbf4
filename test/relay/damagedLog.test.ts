import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpRecord } from '../../worker/ports.ts';
import { opKey } from '../../worker/relay/levelKeys.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import type { OpLog, StoreFindings } from '../../worker/relay/opLog.ts';
import { indexedOf, logged, openLog, readAll, replay } from '../support/opLogRecords.ts';
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
/** One table of 4 MiB, and less than another in the file of the last writes: so there is one of each. */
const OPS = 1700;
const ops = records(OPS);

/** As text, which is compared in a hundredth of the time that an array takes. */
const asTexts = (held: readonly OpRecord[]): readonly string[] =>
  held.map(({ key, bytes }) => `${key} ${Buffer.from(bytes).toString('latin1')}`);
function expectSame(held: readonly OpRecord[], wanted: readonly OpRecord[]): void {
  expect(asTexts(held)).toEqual(asTexts(wanted));
}

let original = '';
beforeAll(async () => {
  original = await newFolder();
  const opLog = (await open(original)).opLog;
  const log = await openLog(opLog, 'default');
  for (let from = 0; from < OPS; from += 10) await log.append(logged(ops.slice(from, from + 10)));
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

/** Writes other values at these offsets, behind the log's back. By default: with a byte too many. */
async function alter(
  folder: string,
  offsets: readonly number[],
  change: (value: Uint8Array) => Uint8Array = (value) => Buffer.concat([value, Buffer.from('x')]),
): Promise<void> {
  const level = new ClassicLevel<string, Uint8Array>(join(folder, 'ops'), {
    valueEncoding: 'view',
  });
  for (const offset of offsets) {
    const key = opKey('default', offset);
    const value = await level.get(key);
    await level.put(key, change(value!));
  }
  await level.close();
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
  expectSame(
    held,
    offsets.map((offset) => ops[offset]!),
  );
  expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
}

test('LOG14 a log that is sound is found sound', async () => {
  const { folder } = await copyOriginal();
  const { findings, held } = await reopen(folder);
  expect(findings).toEqual(untouched);
  expectSame(held, ops);
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
      expectSame(held, ops.slice(0, left));
      expect(findings).toEqual({ ...untouched, ops: left, cutBytes: expect.any(Number) });
      expect(findings.cutBytes).toBeGreaterThan(0);
      await log.append(logged(ops.slice(left)));
      expectSame(await readAll(log), ops);
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
      expectSame(held, ops);
      expect(findings).toEqual({ ...untouched, repairs: [expect.stringMatching(/\S/)] });
      await log.append(logged(records(3, OPS)));
      expectSame(await readAll(log), records(OPS + 3));
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
      const { outcome } = await replay(log);
      const { lostOps, droppedBytes, repairs } = findings;
      // LevelDB does not miss bytes that are altered within a value; the record's checksum does.
      const damagedOps = findings.ops - held.length;
      expect(outcome).toEqual({ type: 'replayed', damagedOps });
      expect(lostOps + damagedOps).toBe(OPS - held.length);
      expect(log.count()).toBe(held.length);
      expect(droppedBytes + repairs.length + damagedOps).toBeGreaterThan(0);

      const missing = ops.filter(({ key }) => !held.some((record) => record.key === key));
      await log.append(logged(missing));
      await opLog.close();
      const again = await reopen(folder);
      expect(again.findings).toEqual(untouched);
      expectSame(again.held, [...held, ...missing]);
    },
  );

  test('LOG18 damaged records are set aside, and stay so', async () => {
    const { folder } = await copyOriginal();
    const damaged = [0, 1, 700, OPS - 1];
    await alter(folder, damaged);
    const { opLog, log, held } = await reopen(folder);
    const sound = ops.filter((_, offset) => !damaged.includes(offset));
    // Also before they are set aside they are given to nobody.
    expectSame(held, sound);
    expect(await replay(log)).toEqual({
      outcome: { type: 'replayed', damagedOps: damaged.length },
      noted: logged(sound).map(indexedOf),
    });
    expect(log.count()).toBe(sound.length);
    expectSame(await readAll(log), sound);
    await log.append(logged(records(1, OPS)));
    await opLog.close();
    const again = await reopen(folder);
    expect(again.findings).toEqual({ ...untouched, ops: sound.length + 1 });
    expectSame(again.held, [...sound, ...records(1, OPS)]);
    expect((await replay(again.log)).outcome).toEqual({ type: 'replayed', damagedOps: 0 });
  });

  test.each([
    'the checksum',
    'the kind',
    'the seen-key',
    'the signature',
    'the item or op',
    'the op',
  ])('LOG18 one bit of %s is damage enough', async (part) => {
    const bytes = {
      kind: 5,
      checksum: 4,
      'seen-key': 20,
      signature: 60,
      'item or op': 102,
      op: 300,
    };
    const at = bytes[part.slice('the '.length) as keyof typeof bytes];
    const { folder } = await copyOriginal();
    await alter(folder, [7], (value) => {
      value[at] = (value[at] ?? 0) ^ 0x10;
      return value;
    });
    const { log } = await reopen(folder);
    expect((await replay(log)).outcome).toEqual({ type: 'replayed', damagedOps: 1 });
    expectSame(
      await readAll(log),
      ops.filter((_, offset) => offset !== 7),
    );
  });

  test.each([0, 1, 5, 50, 110])('LOG18 a record of %i bytes is damaged', async (bytes) => {
    const { folder } = await copyOriginal();
    await alter(folder, [7], (value) => value.subarray(0, bytes));
    const { log } = await reopen(folder);
    expect((await replay(log)).outcome).toEqual({ type: 'replayed', damagedOps: 1 });
    expect(log.count()).toBe(OPS - 1);
  });

  test('LOG16 that the newest file is missing is told, as LevelDB does not', async () => {
    const { folder, files } = await copyOriginal();
    await rm((await files(/\.log$/))[0]!);
    const { findings, held } = await reopen(folder);
    expectSame(held, ops.slice(0, held.length));
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
    expectSame((await reopen(folder)).held, ops);
  });
});

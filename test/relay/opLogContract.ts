import { expect, test } from 'vitest';
import type { OpRecord } from '../../worker/ports.ts';
import type { OpLog } from '../../worker/relay/opLog.ts';
import {
  collect,
  indexedOf,
  logged,
  openLog,
  readAll,
  records,
  replay,
} from '../support/opLogRecords.ts';

/** What every op log does. `open`: a new, empty one. */
export function describeOpLog(open: () => Promise<OpLog>): void {
  test('LOG1 gives back what was appended, in order, from any offset', async () => {
    const log = await openLog(await open(), 'default');
    const ops = records(1203);
    expect(await log.append(logged(ops.slice(0, 1)))).toEqual({ type: 'stored' });
    expect(await log.append(logged(ops.slice(1, 1001)))).toEqual({ type: 'stored' });
    expect(await log.append(logged(ops.slice(1001)))).toEqual({ type: 'stored' });
    expect(log.count()).toBe(1203);
    expect(await readAll(log)).toEqual(ops);
    expect(await readAll(log, 700)).toEqual(ops.slice(700));
    expect(await readAll(log, 1203)).toEqual([]);
  });

  test('LOG22 gives the ops at some offsets, in order, and leaves out what is not there', async () => {
    const log = await openLog(await open(), 'default');
    const ops = records(1200);
    await log.append(logged(ops));
    const offsets = Array.from({ length: 600 }, (_, at) => 2 * at);
    expect(await collect(log.readAt(offsets))).toEqual(offsets.map((offset) => ops[offset]));
    expect(await collect(log.readAt([3, 5000]))).toEqual([ops[3]]);
    expect([log.count(), log.end()]).toEqual([1200, 1200]);
  });

  test('LOG24 notes of each op what a start has to know, in order', async () => {
    const log = await openLog(await open(), 'default');
    const ops = logged(records(1203));
    await log.append(ops.slice(0, 700));
    await log.append(ops.slice(700));
    expect(await replay(log)).toEqual({
      outcome: { type: 'replayed', damagedOps: 0 },
      noted: ops.map(indexedOf),
    });
    expect([log.count(), log.end()]).toEqual([1203, 1203]);
  });

  test('LIM16 says what its ops take, also when it is opened again', async () => {
    const opLog = await open();
    const log = await openLog(opLog, 'default');
    const ops = logged(records(300));
    const packed = ops.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(log.bytes()).toBe(0);
    await log.append(ops);
    const taken = log.bytes();
    expect(taken).toBeGreaterThanOrEqual(packed);
    expect(taken).toBeLessThan(3 * packed + 300 * 300);
    await replay(await openLog(opLog, 'default'));
    expect(log.bytes()).toBe(taken);
  });

  test('LOG25 keeps a note about each pipeline, until the next one', async () => {
    const opLog = await open();
    expect(await opLog.readNote('default')).toBe(null);
    expect(await opLog.writeNote('default', 'first')).toEqual({ type: 'stored' });
    expect(await opLog.writeNote('other', 'another')).toEqual({ type: 'stored' });
    expect(await opLog.writeNote('default', 'next')).toEqual({ type: 'stored' });
    const notes = [await opLog.readNote('default'), await opLog.readNote('other')];
    expect(notes).toEqual(['next', 'another']);
    expect(opLog.names()).not.toContain('note');
  });

  test('LOG2 keeps pipelines apart, and gives the same log for the same name', async () => {
    const opLog = await open();
    const names = ['a', 'a-', 'a-b', 'ab'];
    for (const [index, name] of names.entries()) {
      await (await openLog(opLog, name)).append(logged(records(index + 1, index * 10)));
    }
    const logs = await Promise.all(names.map((name) => openLog(opLog, name)));
    expect(await Promise.all(logs.map((log) => readAll(log)))).toEqual(
      names.map((_, index) => records(index + 1, index * 10)),
    );
  });

  test('LOG3 appends in the order of the calls when they overlap', async () => {
    const log = await openLog(await open(), 'default');
    const ops = records(60);
    const calls = Array.from({ length: 20 }, (_, n) =>
      log.append(logged(ops.slice(n * 3, n * 3 + 3))),
    );
    expect(await Promise.all(calls)).toEqual(calls.map(() => ({ type: 'stored' })));
    expect(await readAll(log)).toEqual(ops);
  });

  test('LOG4 reads up to where the log ended when reading began', async () => {
    const log = await openLog(await open(), 'default');
    await log.append(logged(records(600)));
    const seen: OpRecord[] = [];
    for await (const slice of log.read(0)) {
      if (seen.length === 0) await log.append(logged(records(5, 600)));
      seen.push(...slice);
    }
    expect(seen).toEqual(records(600));
    expect(await readAll(log, 600)).toEqual(records(5, 600));
  });

  test('LOG5 answers an append after closing with an outcome', async () => {
    const opLog = await open();
    const log = await openLog(opLog, 'default');
    await log.append(logged(records(1)));
    await opLog.close();
    expect(await log.append(logged(records(1, 1)))).toEqual({
      type: 'failed',
      reason: 'broken',
      detail: 'the op log is closed',
    });
  });
}

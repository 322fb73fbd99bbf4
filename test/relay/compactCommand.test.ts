import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCompact } from '../../worker/relay/compactCommand.ts';
import { runExport } from '../../worker/relay/exportCommand.ts';
import { runImport } from '../../worker/relay/importCommand.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { toLogged } from '../../worker/relay/pipelineRelay.ts';
import { createSigner, idOf, insertOp, opText, readable, setOp } from '../support/opFactory.ts';
import { openLog } from '../support/opLogRecords.ts';
import { runCommand } from '../support/runCommand.ts';

const signer = createSigner(1);
const item = insertOp({ signer });
const sets = [2, 3, 4].map((seq) => setOp(idOf(item), 'name', { signer, seq }));
const orphan = setOp('ab'.repeat(32), 'name', { signer, seq: 2 });
const usage = expect.stringMatching(/^Usage: /);

async function makeFolder(ops = [item, ...sets]) {
  const folder = await mkdtemp(join(tmpdir(), 'compact-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = join(folder, 'data');
  const id = await withLog(data, async (log) => {
    await log.append(ops.map((op) => toLogged(readable(op))));
    return log.id;
  });
  return { folder, data, id };
}

async function withLog<Result>(
  data: string,
  task: (log: Awaited<ReturnType<typeof openLog>>) => Promise<Result>,
): Promise<Result> {
  const opening = await openLevelOpLog(data);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const result = await task(await openLog(opening.opLog, 'default'));
  await opening.opLog.close();
  return result;
}

test('RCMD13 compact says what it would drop, and writes only where it is told to', async () => {
  const { folder, data, id } = await makeFolder();
  const before = await runCommand(runExport, data);
  const dry = await runCommand(runCompact, data);
  expect({ ...dry, out: JSON.parse(dry.out) }).toEqual({
    ...{ status: 0, error: '' },
    out: {
      ...{ pipeline: 'default', ops: 4, droppedOps: 2 },
      ...{ bytes: expect.any(Number), droppedBytes: expect.any(Number) },
    },
  });
  expect(await readdir(folder)).toEqual(['data']);

  const to = join(folder, 'compacted');
  expect(await runCommand(runCompact, data, '--write', to)).toEqual(dry);
  expect((await readdir(folder)).sort()).toEqual(['compacted', 'data']);
  expect(await runCommand(runExport, data)).toEqual(before);
  const [first, , , last] = [item, ...sets];
  const exported = await runCommand(runExport, to);
  expect(exported.out.trim().split('\n').sort()).toEqual(
    [first, last].map((op) => opText(op!)).sort(),
  );
  // Places in the old log mean nothing in the new one, and no op is said to be lost.
  expect(await withLog(to, async (log) => [log.count(), log.end(), log.id === id])).toEqual([
    ...[2, 2, false],
  ]);

  const file = join(folder, 'ops.jsonl');
  await writeFile(file, before.out);
  expect((await runCommand(runImport, to, file)).status).toBe(0);
  expect(await runCommand(runExport, to)).toEqual(before);
});

test('RCMD13 compact overwrites nothing, and says how it is called and what it cannot read', async () => {
  const { folder, data } = await makeFolder();
  expect(await runCommand(runCompact, '--help')).toEqual({ status: 0, out: usage, error: '' });
  for (const args of [[], [data, 'x'], [data, '--write'], [data, '--write', 'a', 'b'], ['--x']]) {
    expect(await runCommand(runCompact, ...args)).toEqual({ status: 2, out: '', error: usage });
  }
  expect(await runCommand(runCompact, data, '--write', folder)).toEqual({
    ...{ status: 1, out: '', error: `${folder} is there already\n` },
  });
  const nowhere = join(folder, 'nowhere/at/all');
  expect(await runCommand(runCompact, data, '--write', nowhere)).toEqual({
    ...{ status: 1, out: '', error: expect.stringContaining('ENOENT') },
  });
});

test('RCMD12 compact refuses a store whose ops lack what they need, and leaves nothing', async () => {
  const { folder, data } = await makeFolder([orphan]);
  const to = join(folder, 'compacted');
  expect(await runCommand(runCompact, data, '--write', to)).toEqual({
    ...{ status: 1, out: '' },
    error: expect.stringContaining('default has 0 damaged ops, 1 without what they need'),
  });
  expect(existsSync(to)).toBe(false);
});

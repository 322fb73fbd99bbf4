import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { exportOps } from '../../worker/exportOps.ts';
import type { OpRecord } from '../../worker/ports.ts';
import { runExport } from '../../worker/relay/exportCommand.ts';
import { runInspect } from '../../worker/relay/inspectCommand.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import {
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { logged, openLog } from '../support/opLogRecords.ts';
import { recordOf } from '../support/opRecords.ts';
import { type Command, runCommand } from '../support/runCommand.ts';

const ann = createSigner(1);
const bob = createSigner(2);
const first = insertOp({ signer: ann, content: itemContent({ name: text('first') }) });
const second = insertOp({ signer: ann, content: itemContent({ name: text('second') }) });
const rename = setOp(idOf(first), 'name', { signer: bob, content: text('renamed') });
const usage = expect.stringMatching(/^Usage: /);

/** A data folder of a relay that has stopped; null: nothing was ever in it. */
async function makeFolder(pipelines: { readonly [name: string]: readonly SignedOp[] } | null) {
  const folder = await mkdtemp(join(tmpdir(), 'store-commands-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = join(folder, 'data');
  const logs = new Map<string, string>();
  if (pipelines !== null) {
    const opening = await openLevelOpLog(data);
    if (opening.type !== 'opened') throw new Error(opening.detail);
    for (const [name, ops] of Object.entries(pipelines)) {
      const log = await openLog(opening.opLog, name);
      await log.append(logged(ops.map((op) => recordOf(opText(op)))));
      logs.set(name, log.id);
    }
    await opening.opLog.close();
  }
  return { data, logs };
}

async function* inOneSlice(records: readonly OpRecord[]) {
  yield records;
}

test('RCMD3 inspect says a line of each pipeline: ops, damage, and who made how many', async () => {
  const { data, logs } = await makeFolder({ default: [first, rename, second], other: [second] });
  const { status, out, error } = await runCommand(runInspect, data);
  const lines = out.trim().split('\n');
  expect({ status, error }).toEqual({ status: 0, error: '' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ pipeline: 'default', log: logs.get('default'), ops: 3, damaged: 0 },
      signers: { [ann.publicKey]: 2, [bob.publicKey]: 1 },
    },
    {
      ...{ pipeline: 'other', log: logs.get('other'), ops: 1, damaged: 0 },
      signers: { [ann.publicKey]: 1 },
    },
  ]);
});

test('RCMD4 export writes what a page would of the same ops, byte for byte', async () => {
  const ops = [first, rename, second];
  const { data } = await makeFolder({ default: ops, other: [second] });
  const records = ops.map((op) => recordOf(opText(op)));
  const exported = await runCommand(runExport, data);
  expect(exported).toEqual({
    status: 0,
    out: await exportOps(inOneSlice(records)),
    error: '3 ops\n',
  });
  const inPasses: Command = (args, deps) => runExport(args, deps, 1);
  expect(await runCommand(inPasses, data)).toEqual(exported);
  expect((await runCommand(runExport, data, 'other')).out).toBe(`${opText(second)}\n`);
});

test.each<[name: string, command: Command]>([
  ['inspect', runInspect],
  ['export', runExport],
])(
  'RCMD3 %s says how it is called, what it cannot open, and makes no folder',
  async (_, command) => {
    const { data } = await makeFolder(null);
    expect(await runCommand(command, '--help')).toEqual({ status: 0, out: usage, error: '' });
    expect(await runCommand(command)).toEqual({ status: 2, out: '', error: usage });
    expect(await runCommand(command, data)).toEqual({
      status: 1,
      out: '',
      error: `no relay's data in ${data}\n`,
    });
    expect(existsSync(data)).toBe(false);
  },
);

test('RCMD4 export of a pipeline that is not there names those that are, and makes none', async () => {
  const { data } = await makeFolder({ one: [first], two: [second] });
  const answer = { status: 1, out: '', error: 'no pipeline default; there are: one, two\n' };
  expect(await runCommand(runExport, data)).toEqual(answer);
  expect(await runCommand(runExport, data, 'default')).toEqual(answer);
  expect((await runCommand(runExport, data, 'No Name')).status).toBe(2);
});

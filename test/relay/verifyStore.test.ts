import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { runVerify } from '../../worker/relay/verifyCommand.ts';
import { verifyStore } from '../../worker/relay/verifyStore.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
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

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const clock = createManualClock();
const signer = createSigner(1);
const story = (name: string): SignedOp =>
  insertOp({ signer, content: itemContent({ name: text(name) }) });
const [first, second] = [story('first'), story('second')];
const rename = setOp(idOf(first), 'name', { signer, content: text('renamed') });
const loggedOps = (...ops: readonly SignedOp[]) => logged(ops.map((op) => recordOf(opText(op))));
const forged: SignedOp = { ...second, signed_digest: first.signed_digest };
const sound = { pipeline: 'default', damaged: 0, rejected: {}, wrongKeys: 0, early: 0 };

test('RCMD1 checks every op of a store as if it came from a stranger, and says how far it is', async () => {
  const opLog = createMemoryOpLog();
  await (await openLog(opLog, 'default')).append(loggedOps(first, rename, second));
  await (await openLog(opLog, 'other')).append([
    ...loggedOps(rename, first, forged),
    ...loggedOps(second).map((op) => ({ ...op, key: '0'.repeat(64) })),
  ]);
  const progress: unknown[] = [];
  const verifier = createNodeVerifier(clock.yieldTurn);
  const onProgress = (...told: unknown[]) => progress.push(told);
  expect(await verifyStore({ opLog, verifier, onProgress })).toEqual([
    { ...sound, ops: 3, signers: 1 },
    {
      ...{ pipeline: 'other', ops: 4, signers: 1, damaged: 0 },
      ...{ rejected: { 'wrong-signature': 1 }, wrongKeys: 1, early: 1 },
    },
  ]);
  expect(progress).toEqual([
    ['default', 3, 3],
    ['other', 4, 4],
  ]);
});

test('RCMD2 verify ends with 0 for a sound folder and 1 for another, and makes no folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'verify-'));
  endings.push(() => rm(folder, { recursive: true }));
  const data = join(folder, 'data');
  const verify = async (...args: string[]) => {
    const said = { out: '', error: '' };
    const status = await runVerify(args, {
      clock,
      writeOut: (line) => {
        said.out += line;
      },
      writeError: (line) => {
        said.error += line;
      },
    });
    return { status, ...said };
  };
  const append = async (...ops: readonly SignedOp[]): Promise<void> => {
    const opening = await openLevelOpLog(data);
    if (opening.type !== 'opened') throw new Error(opening.detail);
    await (await openLog(opening.opLog, 'default')).append(loggedOps(...ops));
    await opening.opLog.close();
  };
  const usage = expect.stringMatching(/^Usage: /);
  expect(await verify()).toEqual({ status: 2, out: '', error: usage });
  expect(await verify('--help')).toEqual({ status: 0, out: usage, error: '' });
  expect(await verify(data)).toEqual({ status: 1, out: '', error: `no relay's data in ${data}\n` });
  expect(existsSync(data)).toBe(false);
  await append(first, rename);
  const report = { ...sound, ops: 2, signers: 1 };
  const good = await verify(data);
  expect({ ...good, out: JSON.parse(good.out) }).toEqual({ status: 0, out: report, error: '' });
  await append(forged);
  expect((await verify(data)).status).toBe(1);
});

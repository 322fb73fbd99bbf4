import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runExport } from '../../worker/relay/exportCommand.ts';
import { runImport } from '../../worker/relay/importCommand.ts';
import { importFiles } from '../../worker/relay/importFiles.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { type OpFileEntry, readOpFile } from '../../worker/relay/opFile.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import {
  createFakeSigner,
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { openLog } from '../support/opLogRecords.ts';
import { runCommand } from '../support/runCommand.ts';
import { readRustDump } from '../support/rustDump.ts';

const signer = createSigner(1);
const first = insertOp({ signer, content: itemContent({ name: text('first') }) });
const second = insertOp({ signer, origin: idOf(first), seq: 2 });
const rename = setOp(idOf(second), 'name', { signer, seq: 2 });
const forged = { ...rename, signed_digest: first.signed_digest };
const orphan = setOp('ab'.repeat(32), 'name', { signer, seq: 2 });
const usage = expect.stringMatching(/^Usage: /);

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = join(folder, 'data');
  const opening = await openLevelOpLog(data);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  await opening.opLog.close();
  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return { data, write };
}

test('RCMD5 import stores ops in any order, and tells of each other one why and where it stands', async () => {
  const { data, write } = await openFolder();
  const lines = [rename, forged, second, orphan, second].map(opText);
  const [file, other] = [
    await write('ops.jsonl', `${lines.join('\r\n')}\nhello\u{1b}[2J\n{"a":"\u{1b}[2J"}\n`),
    await write('more.jsonl', opText(first)),
  ];
  const refused = { 'no-op': 1, unparsable: 1, 'wrong-signature': 1 };
  const imported = await runCommand(runImport, data, '--pipeline', 'other', file, other);
  expect({ status: imported.status, report: JSON.parse(imported.out) }).toEqual({
    status: 1,
    report: { pipeline: 'other', ops: 8, stored: 3, known: 1, held: 1, refused },
  });
  expect(imported.error.replaceAll(file, 'F').split('\n')).toEqual([
    'F:6: no-op "neither an op nor a frame"',
    'F:2: wrong-signature "the signer did not sign this"',
    expect.stringMatching(/^F:7: unparsable "[ -~]*"$/),
    'F:4: held "what it needs is neither in the files nor in the store"',
    '',
  ]);
  const exported = await runCommand(runExport, data, 'other');
  expect(exported.out.trim().split('\n').sort()).toEqual(
    [first, second, rename].map(opText).sort(),
  );

  const again = await runCommand(
    runImport,
    data,
    '--pipeline',
    'other',
    await write('e', exported.out),
  );
  expect(again).toEqual({
    status: 0,
    out: '{"pipeline":"other","ops":3,"stored":0,"known":3,"held":0,"refused":{}}\n',
    error: '',
  });
});

test('RCMD5 import stores all there is, also when more has to wait than memory may hold', async () => {
  const chain = [first];
  // More than are looked at together, with seqs that say nothing.
  for (let made = 1; made < 600; made += 1) {
    chain.push(insertOp({ signer: createFakeSigner(1), origin: idOf(chain.at(-1)!) }));
  }
  async function* backwards() {
    for (const op of chain.toReversed()) yield Buffer.from(`${opText(op)}\n`);
  }
  const log = await openLog(createMemoryOpLog(), 'default');
  const clock = createManualClock();
  const outcome = await importFiles({
    files: [{ name: 'chain', read: backwards }],
    ...{ log, clock, verifier: { verify: async (checks) => checks.map(() => true) } },
    ...{ heldMax: { ops: 4, bytes: 1_000_000 }, onProgress: () => undefined },
    onLeftOut: (one) => expect.fail(JSON.stringify(one)),
  });
  const report = { ops: 600, stored: 600, known: 0, held: 0, refused: {} };
  expect(outcome).toEqual({ type: 'imported', report });
});

test('RCMD5 import says how it is called, and what it cannot open or read', async () => {
  const { data } = await openFolder();
  expect(await runCommand(runImport, '--help')).toEqual({ status: 0, out: usage, error: '' });
  for (const args of [[], [data], [data, '--pipeline', 'A', 'f'], [data, '-f'], ['-d', 'f']]) {
    expect(await runCommand(runImport, ...args)).toEqual({ status: 2, out: '', error: usage });
  }
  expect(await runCommand(runImport, `${data}x`, 'f')).toEqual({
    ...{ status: 1, out: '', error: `no relay's data in ${data}x\n` },
  });
  const gone = await runCommand(runImport, data, `${data}/gone`);
  expect(gone).toEqual({ status: 1, out: '', error: expect.stringContaining('ENOENT') });
});

test('RCMD6 import reads what a Rust node sends, and a file over several lines, as a page does', async () => {
  const { data, write } = await openFolder();
  const { frame, ops } = readRustDump();
  const laidOut = JSON.stringify({ type: 'bulk', ops: ops.slice(0, 50) }, null, 2);
  const counts = { ops: 50, stored: 50, known: 0, held: 0, refused: {} };
  const pretty = await runCommand(runImport, data, await write('laid-out.json', laidOut));
  expect(JSON.parse(pretty.out)).toEqual({ pipeline: 'default', ...counts });
  const whole = await runCommand(runImport, data, await write('frame.json', `\uFEFF${frame}\n`));
  expect(JSON.parse(whole.out)).toEqual({
    ...{ pipeline: 'default', ops: ops.length, stored: ops.length - 50, known: 50 },
    ...{ held: 0, refused: {} },
  });
});

test('RCMD6 a line is read whole whatever pieces it comes in, and what is no line of text is refused', async () => {
  async function* pieces(...parts: readonly (string | Uint8Array)[]) {
    for (const part of parts) yield Buffer.from(part);
  }
  const read = async (chunks: AsyncIterable<Uint8Array>) => {
    const entries: OpFileEntry[] = [];
    for await (const entry of readOpFile(chunks)) entries.push(entry);
    return entries;
  };
  const snow = Buffer.from('{"n":"❄"}\n');
  const refusal = (place: number, detail = 'neither an op nor a frame') => {
    return { type: 'refused', place, detail };
  };
  const op = (place: number, one: string) => ({ type: 'op', place, text: one });
  expect(await read(pieces(snow.subarray(0, 7), snow.subarray(7), '\n', '{}'))).toEqual([
    op(1, '{"n":"❄"}'),
    op(3, '{}'),
  ]);
  expect(await read(pieces('{}\n', Uint8Array.of(0x7b, 0xff, 0x7d), '\n{}\n'))).toEqual([
    op(1, '{}'),
    refusal(2),
    op(3, '{}'),
  ]);
  const mebibyte = new Uint8Array(1024 * 1024).fill(0x7b);
  const long = Array.from({ length: 65 }, () => mebibyte);
  expect(await read(pieces('{}\n', ...long, '\n{}'))).toEqual([
    op(1, '{}'),
    refusal(2, 'longer than 64 MiB'),
    op(3, '{}'),
  ]);
  expect(await read(pieces('{\n', '"ops":\n'))).toEqual([refusal(1, 'neither ops nor frames')]);
});

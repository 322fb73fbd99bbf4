import { canonicalText } from '../exportOps.ts';
import type { OpRecord } from '../ports.ts';
import type { PipelineLog } from './opLog.ts';
import { openStoppedLog, openStoppedStore, type StoreCommandDeps } from './stoppedStore.ts';
import { DEFAULT_PIPELINE, parseSyncPath, SYNC_PATH } from './webSocketServer.ts';

/** `export`: the op log of one pipeline as a file, the same as a page writes. */

const HELP = `Usage: npm run -s relay -- export DATA [PIPELINE]

Writes the op log of a pipeline (default: ${DEFAULT_PIPELINE}) to standard output, while no relay has
the data folder: a line of JSON for each op, sorted by seen-key, as a page exports it and imports it.
Ends with 0; 1: the log cannot be read, or has damaged ops, which are left out; 2: wrong command line.
`;

/** Lines that are written at a time. */
const CHUNK_OPS = 500;

/** Ops in memory at a time, some 25 MB; the log is read once for each so many. */
const PASS_OPS = 20_000;

/** `args`: behind `export`. Resolves to the exit status. `passOps`: for tests. */
export async function runExport(
  args: readonly string[],
  deps: StoreCommandDeps,
  passOps = PASS_OPS,
): Promise<number> {
  const [data, pipeline = DEFAULT_PIPELINE, ...others] = args;
  if (args.includes('--help')) {
    await deps.writeOut(HELP);
    return 0;
  }
  const isName = parseSyncPath(`${SYNC_PATH}/${pipeline}`) === pipeline;
  if (data === undefined || data.startsWith('-') || !isName || others.length > 0) {
    deps.writeError(HELP);
    return 2;
  }
  const store = await openStoppedStore(data, deps);
  if (store === null) return 1;
  const status = store.opLog.names().includes(pipeline)
    ? await exportLog(await openStoppedLog(store, pipeline, deps), deps, passOps)
    : tellUnknown(pipeline, store.opLog.names(), deps);
  await store.opLog.close();
  return status;
}

async function exportLog(
  log: PipelineLog | null,
  deps: StoreCommandDeps,
  passOps: number,
): Promise<number> {
  if (log === null) return 1;
  const passes = Math.ceil(log.count() / passOps);
  let written = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    const records = await readPass(log, pass, passes);
    for (let at = 0; at < records.length; at += CHUNK_OPS) {
      const lines = records.slice(at, at + CHUNK_OPS).map(({ bytes }) => canonicalText(bytes));
      await deps.writeOut(`${lines.join('\n')}\n`);
    }
    written += records.length;
  }
  const damaged = log.count() - written;
  deps.writeError(`${written} ops${damaged > 0 ? `; ${damaged} are damaged` : ''}\n`);
  return damaged > 0 ? 1 : 0;
}

/** Sorted. Seen-keys are hashes: each pass has its share of all there can be, and so of the ops. */
async function readPass(
  log: PipelineLog,
  pass: number,
  passes: number,
): Promise<readonly OpRecord[]> {
  const records: OpRecord[] = [];
  for await (const slice of log.read(0)) {
    records.push(...slice.filter(({ key }) => passOf(key, passes) === pass));
  }
  return records.sort((one, other) => (one.key < other.key ? -1 : 1));
}

function passOf(key: string, passes: number): number {
  return Math.floor((Number.parseInt(key.slice(0, 8), 16) / 2 ** 32) * passes);
}

function tellUnknown(
  pipeline: string,
  names: readonly string[],
  { writeError }: StoreCommandDeps,
): number {
  writeError(`no pipeline ${pipeline}; there are: ${names.join(', ') || 'none'}\n`);
  return 1;
}

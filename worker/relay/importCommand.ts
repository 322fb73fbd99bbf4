import { createReadStream } from 'node:fs';
import { importFiles, type LeftOut, type OpFile } from './importFiles.ts';
import { createNodeVerifier } from './nodeVerifier.ts';
import { quoted } from './pinoLogger.ts';
import { openStoppedLog, openStoppedStore, type StoreCommandDeps } from './stoppedStore.ts';
import { DEFAULT_PIPELINE, parseSyncPath, SYNC_PATH } from './webSocketServer.ts';

/** `import`: ops of files into the store of a stopped relay. */

const HELP = `Usage: npm run -s relay -- import DATA [--pipeline NAME] FILE...

Takes ops of files into a pipeline (default: ${DEFAULT_PIPELINE}) of a relay's data folder, while no relay has
it: op logs as "export" and pages write them, frames as nodes send them, bug bundles. Each op is
judged as one from a peer. Prints a line of JSON with what became of them; which were left out, and
why, is on standard error.
Ends with 0: all ops are stored or were there; 1: some were left out, or something cannot be read or
written; 2: wrong command line.
`;

/** A line of progress for so many ops. */
const TELL_OPS = 10_000;
/** Lines about ops that were left out. */
const LEFT_OUT_TOLD_MAX = 100;

interface ImportRequest {
  readonly data: string;
  readonly pipeline: string;
  readonly files: readonly string[];
}

/** `args`: behind `import`. Resolves to the exit status. */
export async function runImport(args: readonly string[], deps: StoreCommandDeps): Promise<number> {
  if (args.includes('--help')) {
    await deps.writeOut(HELP);
    return 0;
  }
  const request = parseImportArgs(args);
  if (request === null) {
    deps.writeError(HELP);
    return 2;
  }
  const store = await openStoppedStore(request.data, deps);
  if (store === null) return 1;
  const log = await openStoppedLog(store, request.pipeline, deps);
  const leftOut = tellLeftOut(deps.writeError);
  const outcome =
    log &&
    (await importFiles({
      files: request.files.map(openFile),
      log,
      verifier: createNodeVerifier(deps.clock.yieldTurn),
      clock: deps.clock,
      onLeftOut: leftOut.tell,
      onProgress: everySo(TELL_OPS, (ops) => deps.writeError(`${ops} ops read\n`)),
    }));
  await store.opLog.close();
  if (outcome === null) return 1;
  if (outcome.type === 'failed') {
    deps.writeError(`the import ended early, what was stored before stays: ${outcome.detail}\n`);
    return 1;
  }
  leftOut.end();
  await deps.writeOut(`${JSON.stringify({ pipeline: request.pipeline, ...outcome.report })}\n`);
  return leftOut.count() > 0 ? 1 : 0;
}

function parseImportArgs(args: readonly string[]): ImportRequest | null {
  const at = args.indexOf('--pipeline');
  const pipeline = at < 0 ? DEFAULT_PIPELINE : (args[at + 1] ?? '');
  const [data, ...files] = at < 0 ? args : args.toSpliced(at, 2);
  const isName = parseSyncPath(`${SYNC_PATH}/${pipeline}`) === pipeline;
  if (data === undefined || files.length === 0 || !isName) return null;
  return [data, ...files].some((one) => one.startsWith('-')) ? null : { data, pipeline, files };
}

function openFile(name: string): OpFile {
  return { name, read: () => createReadStream(name) };
}

interface LeftOutTeller {
  tell(one: LeftOut): void;
  /** Says how many were not told. */
  end(): void;
  count(): number;
}

function tellLeftOut(writeError: StoreCommandDeps['writeError']): LeftOutTeller {
  let count = 0;
  return {
    tell({ file, place, reason, detail }) {
      count += 1;
      if (count > LEFT_OUT_TOLD_MAX) return;
      writeError(`${file}:${place}: ${reason} ${quoted(detail)}\n`);
    },
    end() {
      if (count > LEFT_OUT_TOLD_MAX) writeError(`and ${count - LEFT_OUT_TOLD_MAX} more\n`);
    },
    count: () => count,
  };
}

/** Calls `tell` each time that `step` more have been counted. */
function everySo(step: number, tell: (count: number) => void): (count: number) => void {
  let told = 0;
  return (count) => {
    if (count < told + step) return;
    told = count - (count % step);
    tell(told);
  };
}

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { nodeClock, nodeRandom } from './nodeSystem.ts';
import { createPinoLogger, createTerminalSink } from './pinoLogger.ts';
import { runProgram } from './program.ts';

/** From `worker/relay` and from `dist/relay`. */
const root = join(import.meta.dirname, '../..');
const readTextFile = (path: string): string => readFileSync(path, 'utf8');
const { version } = JSON.parse(readTextFile(join(root, 'package.json'))) as { version: string };

// Whoever read our output may be gone; the relay goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const ending = new Promise<void>((end) => {
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    end();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
});

process.exitCode = await runProgram(process.argv.slice(2), {
  clock: nodeClock,
  random: nodeRandom,
  logger: createPinoLogger(
    process.stderr.isTTY ? createTerminalSink(process.stderr) : process.stderr,
  ),
  pageFolder: join(root, 'dist/page'),
  version,
  ownAddresses: Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address),
  environment: process.env,
  readTextFile,
  writeOut: (text) => new Promise((taken) => process.stdout.write(text, taken)),
  writeError: (text) => process.stderr.write(text),
  ending,
});
// A disk that does not answer may not keep the process; what it was asked for was not acknowledged.
setTimeout(() => process.exit(), 500).unref();

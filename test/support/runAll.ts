/**
 * `npm test`: everything that must hold, in the order in which a fault is cheapest to read. A failed
 * step does not hide the next, unless the next needs it. The last line is `N passed, N failed`; the
 * exit status is 1 when something failed or no test ran.
 *
 * `npm test -- <part of a file name> …` runs the tests of these files alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideChromium } from './chromium.ts';
import { root } from './sourceCode.ts';
import { type Failure, readVitestReport } from './vitestReport.ts';

interface Run {
  /** null: killed, by its time limit or by the system. */
  readonly status: number | null;
  readonly seconds: number;
}

const filters = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'huskies-web-test-'));
const stepLimitMs = 12 * 60_000;

let passed = 0;
let testsRun = 0;
const failures: Failure[] = [];
const skipped: string[] = [];
const durations: string[] = [];

if (filters.length === 0) {
  await runNpmScript('lint');
  await runNpmScript('typecheck');
}
const built = await runNpmScript('build');
await runTests('tests without a browser', '!e2e*');
await runBrowserTests(built);
rmSync(reports, { recursive: true });
summarise();

async function runNpmScript(script: string): Promise<boolean> {
  const npm = process.env['npm_execpath'];
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const run = await runStep(script, command, [...first, 'run', '--silent', script]);
  if (run.status === 0) passed += 1;
  else failures.push({ what: script, why: `\`npm run ${script}\` ${ending(run)}; see above` });
  return run.status === 0;
}

async function runBrowserTests(built: boolean): Promise<void> {
  const step = 'browser tests';
  if (!built) {
    failures.push({ what: step, why: 'not run, because the build failed' });
    return;
  }
  const chromium = provideChromium();
  if (chromium.type === 'missing') failures.push({ what: step, why: chromium.advice });
  else await runTests(step, 'e2e*');
}

/** `project`: of vitest.config.ts; `!name`: all but that one. */
async function runTests(step: string, project: string): Promise<void> {
  const report = join(reports, `${project.replace('!', 'not-').replace('*', '')}.json`);
  const run = await runStep(step, process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    '--allowOnly=false',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  const counts = readVitestReport(report, root);
  if (counts !== null) {
    passed += counts.passed;
    testsRun += counts.passed + counts.failures.length;
    failures.push(...counts.failures);
    skipped.push(...counts.skipped);
  }
  // An error outside any test, a hang or a crash: vitest's own status knows, the report does not.
  const unexplained = run.status !== 0 && (counts === null || counts.failures.length === 0);
  if (unexplained) failures.push({ what: step, why: `vitest ${ending(run)}; see above` });
  else if (counts === null) failures.push({ what: step, why: 'vitest wrote no report' });
}

function runStep(name: string, command: string, args: readonly string[]): Promise<Run> {
  console.log(`\n── ${name} ──`);
  const startMs = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: stepLimitMs,
    killSignal: 'SIGKILL',
  });
  return new Promise((done) => {
    const end = (status: number | null): void => {
      const seconds = (performance.now() - startMs) / 1000;
      durations.push(`${name} ${seconds.toFixed(0)} s`);
      done({ status, seconds });
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      end(127);
    });
    child.once('exit', end);
  });
}

function ending({ status, seconds }: Run): string {
  if (status !== null) return `ended with status ${status}`;
  return `was stopped after ${seconds.toFixed(0)} s`;
}

function summarise(): void {
  if (testsRun === 0) failures.push({ what: 'tests', why: 'not one test ran' });
  console.log(`\n── summary ── ${durations.join(', ')}`);
  if (skipped.length > 0) console.log(`Told not to run:\n${skipped.map(line).join('\n')}`);
  if (failures.length > 0) {
    const list = failures.map(({ what, why }) => line(`${what}\n      ${why}`));
    console.log(`Failed:\n${list.join('\n')}`);
  }
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function line(text: string): string {
  return `  - ${text}`;
}

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openBoard } from '../support/boardPage.ts';
import { root } from '../support/sourceCode.ts';
import { test } from '../support/world.ts';

test('E2E35 npm start builds, serves page and relay on one port, and prints the address', async ({
  world,
  onTestFinished,
}) => {
  const data = mkdtempSync(join(tmpdir(), 'huskies-web-start-'));
  const args = ['start', '--', '--port', '0', '--data', data];
  // A group of its own, because npm and its shell stand between us and the relay.
  // Vitest's own NODE_ENV would make another build of it.
  const { NODE_ENV: _, ...env } = process.env;
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const npm = spawn('npm', args, { cwd: root, env, detached: true, stdio: [...stdio] });
  const ended = new Promise((done) => npm.once('exit', done));
  onTestFinished(async () => {
    if (npm.exitCode === null) process.kill(-npm.pid!, 'SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  });

  const address = await new Promise<string>((done, fail) => {
    let written = '';
    npm.once('exit', () => fail(new Error(`npm start ended. It wrote:\n${written}`)));
    const onData = (data: Buffer): void => {
      written += data.toString();
      const found = /http:\/\/\S+/.exec(written);
      if (found !== null) done(found[0]);
    };
    npm.stdout.on('data', onData);
    npm.stderr.on('data', onData);
  });
  const ann = await openBoard(await world.newVisitor('Ann'), address);
  const bob = await openBoard(await world.newVisitor('Bob'), address);
  await ann.addStory('Hello');
  await bob.card('Hello').waitFor();
  expect(new URL(address).hostname).toBe('127.0.0.1');
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { build } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually, openBoard } from '../support/boardPage.ts';
import { root } from '../support/sourceCode.ts';
import { test } from '../support/world.ts';

/** A fresh app with the packed package in it, and of this repository what npm would install besides. */
const app = mkdtempSync(join(tmpdir(), 'huskies-web-app-'));
const installed = join(app, 'node_modules/huskies-web');

beforeAll(() => {
  for (const mode of [[], ['--mode', 'parts']]) {
    const args = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'vite.package.ts'];
    execFileSync(process.execPath, [...args, ...mode, '--logLevel', 'warn'], { cwd: root });
  }
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', app], {
    cwd: root,
    stdio: 'ignore',
  });
  const [tarball] = readdirSync(app).filter((name) => name.endsWith('.tgz'));
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(app, tarball!), '-C', installed, '--strip-components', '1']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === 'huskies-web') continue;
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  }
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }');
});

afterAll(() => rmSync(app, { recursive: true, force: true }));

test('E2E85 a fresh Vite app with the packed package embeds the board, with nothing to serve beside it', async ({
  world,
}) => {
  const site = await world.serveHostSite();
  const relay = await world.startRelay({ config: `allow_origin = "${site.origin}"\n` });
  writeFileSync(join(app, 'main.js'), "import 'huskies-web/element';\n");
  const built = await build({
    root: app,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: join(app, 'main.js'), output: { codeSplitting: false } },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  expect(outputs.map(({ type }) => type)).toEqual(['chunk']);
  const code = outputs[0]?.type === 'chunk' ? outputs[0].code : '';
  const element = `<huskies-pipeline relay="${relay.address}"></huskies-pipeline>`;
  const script = code.replaceAll('</script', '<\\/script');
  site.pages.set('/', { html: `${element}<script type="module">${script}</script>` });

  const ann = await openBoard(await world.newVisitor('Ann'), relay.origin);
  await ann.addStory('One');
  const bob = await openBoard(await world.newVisitor('Bob'), `${site.origin}/`);
  await eventually(bob.shown).toEqual({ '1_backlog': ['1 One, story'] });
  await bob.addStory('Two');
  await eventually(ann.shown).toEqual({ '1_backlog': ['1 One, story', '2 Two, story'] });
});

test('E2E86 the package has what its exports name, with types that an app compiles against', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true, pack: false });
  expect(messages).toEqual([]);
  writeFileSync(
    join(app, 'uses.ts'),
    `import { createReplicaClient, type ClientState } from 'huskies-web/client';
     import { TAG_NAME, type HuskiesPipelineEventMap } from 'huskies-web/element';
     import { checkOp } from 'huskies-web/protocol';
     import { runRelay } from 'huskies-web/relay';
     import { HuskiesBoard, usePipeline } from 'huskies-web/solid';
     const board = document.createElement('huskies-pipeline');
     board.addEventListener('huskies-ready', ({ detail }) => detail.stories.toFixed());
     export const event: HuskiesPipelineEventMap['huskies-error']['detail']['reason'] = 'failed';
     export const state: ClientState = { name: 'closed' };
     export const all = [createReplicaClient, TAG_NAME, checkOp, runRelay, HuskiesBoard, usePipeline];
    `,
  );
  const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const libraries = ['--target', 'es2023', '--lib', 'es2023,es2024.string,dom,dom.iterable'];
  const types = ['--types', 'node', '--skipLibCheck', 'false', '--jsx', 'preserve'];
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...[...options, ...libraries, ...types, '--jsxImportSource', 'solid-js'],
      'uses.ts',
    ],
    { cwd: app, encoding: 'utf8' },
  );
  expect(
    stdout.split('\n').filter((line) => /^(uses|node_modules\/huskies-web)/.test(line)),
  ).toEqual([]);
});

test('E2E87 relay and protocol of the package run in Node', () => {
  writeFileSync(
    join(app, 'node.js'),
    `import { checkOp } from 'huskies-web/protocol';
     import { runRelay } from 'huskies-web/relay';
     const logger = { info() {}, warn() {}, error() {}, debug() {} };
     const relay = await runRelay({ port: 0, data: 'data', logger });
     const page = await fetch('http://127.0.0.1:' + relay.port + '/');
     await relay.close();
     console.log(relay.type, page.status, checkOp('{}').reason);
    `,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['node.js'], {
    cwd: app,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'running 200 unparsable\n', stderr: '' });
  const resolve = createRequire(join(app, 'node.js')).resolve;
  expect(resolve('huskies-web/styles.css')).toBe(join(installed, 'dist/package/styles.css'));
});

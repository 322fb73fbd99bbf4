/** Sizes of what `npm run build` made, by what a visitor loads: one part each, gzip level 9. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scriptsLoadedBy, scriptsOfPage, workerScript } from '../support/loadedScripts.ts';
import { root } from '../support/sourceCode.ts';
import { type Figure, figure } from './figure.ts';

const folder = 'dist/page';

export async function* measureBundles(): AsyncGenerator<Figure> {
  const element = `${folder}/huskies-pipeline.js`;
  yield* sizes('page-before-first-paint', scriptsOfPage(`${folder}/index.html`, 'static'));
  yield* sizes('page', scriptsOfPage(`${folder}/index.html`, 'all'));
  yield* sizes('element-before-first-paint', scriptsLoadedBy(element, 'static'));
  yield* sizes('element', scriptsLoadedBy(element, 'all'));
  const worker = workerScript('main');
  yield* sizes('worker-to-start', scriptsLoadedBy(worker, 'static'));
  yield* sizes('worker', scriptsLoadedBy(worker, 'all'));
  yield* sizes('check-worker', scriptsLoadedBy(workerScript('checkWorker'), 'all'));
}

function* sizes(name: string, paths: ReadonlySet<string>): Generator<Figure> {
  const bodies = [...paths].map((path) => readFileSync(join(root, path)));
  const sum = (sizeOf: (body: Buffer) => number): number =>
    bodies.reduce((bytes, body) => bytes + sizeOf(body), 0);
  const plain = figure(
    `bundles.${name}`,
    'B',
    sum((body) => body.length),
  );
  yield plain;
  yield figure(
    `bundles.${name}.gzip`,
    'B',
    sum((body) => gzipSync(body, { level: 9 }).length),
    plain,
  );
}

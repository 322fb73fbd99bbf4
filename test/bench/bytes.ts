/** Bytes an op: as JSON, in frames, in the relay's store, in the browser's. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { opText } from '../../worker/crdt/packedOp.ts';
import { encodeLiveOp } from '../../worker/wire/frames.ts';
import { receiveBulk } from './bulkClient.ts';
import { type Figure, figure } from './figure.ts';
import { type Setting, SYNTHETIC_OPS } from './setting.ts';

export async function* measureBytes(setting: Setting): AsyncGenerator<Figure> {
  for (const workload of [setting.dump(), setting.synthetic(SYNTHETIC_OPS)]) {
    const { ops } = workload;
    const name = (what: string): string => `bytes.${what}.${workload.name}`;
    const perOp = (bytes: number): number => bytes / ops.length;
    const total = (count: (text: string) => number): number =>
      ops.reduce((sum, { bytes }) => sum + count(opText(bytes)), 0);

    const text = figure(name('op-text'), 'B/op', perOp(total(Buffer.byteLength)));
    yield text;
    const packed = ops.reduce((sum, { bytes }) => sum + bytes.length, 0);
    yield figure(name('packed'), 'B/op', perOp(packed), text);
    const live = total((each) => encodeLiveOp(each).length);
    yield figure(name('live-frame'), 'B/op', perOp(live), text);

    const { relay } = await setting.loadRelay(workload);
    const bulk = await receiveBulk(relay.address);
    if (bulk.ops !== ops.length) throw new Error(`the relay sent ${bulk.ops} ops`);
    yield figure(name('bulk-frames'), 'B/op', perOp(bulk.bytes), text);

    const compact = await receiveBulk(relay.address, ['ack1', 'compact1']);
    if (compact.ops !== ops.length) throw new Error(`the relay sent ${compact.ops} ops`);
    yield figure(name('compact-frames'), 'B/op', perOp(compact.bytes), text);

    const { spectator } = await setting.syncFresh(relay, workload);
    const { page } = await spectator.open(`${relay.origin}/icon.svg`);
    const estimate = await page.evaluate(() => pageProbe.storedBytes());
    await spectator.closeBrowser();
    yield figure(name('indexeddb-estimate'), 'B/op', perOp(estimate), text);
    const database = join(spectator.profile.folder, 'Default/IndexedDB');
    yield figure(name('indexeddb-files'), 'B/op', perOp(folderBytes(database)), text);

    await relay.stop();
    yield figure(name('relay-files'), 'B/op', perOp(folderBytes(relay.dataFolder)), text);
    await relay.dispose();
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

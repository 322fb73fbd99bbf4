/** What must hold in a world: while it lives, and after it has healed. */

import { isDeepStrictEqual } from 'node:util';
import type { ItemView } from '../../worker/api.ts';
import { createDocument } from '../../worker/crdt/document.ts';
import { CAUSAL_QUEUE_MAX } from '../../worker/crdt/held.ts';
import { MAX_OP_BYTES, type Op } from '../../worker/crdt/op.ts';
import type { OpRecord } from '../../worker/ports.ts';
import { BULK_CHUNK_BYTES, CONGESTED_BYTES, OUTBOUND_BYTES_MAX } from '../../worker/wire/limits.ts';
import { exportOps } from '../support/exportOps.ts';
import { computeState } from '../support/naiveModel.ts';
import { textOf, textRecord } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';
import { checkPromises } from './checkPromises.ts';
import type { Ledger } from './ledger.ts';
import { allTabs, type World } from './world.ts';

/** What one end may have under way at most: it stops when the socket is congested. */
const UNDER_WAY_MAX = CONGESTED_BYTES + BULK_CHUNK_BYTES + OUTBOUND_BYTES_MAX;

/** A chunk of the bulk, or one op. */
const LONGEST_FRAME = BULK_CHUNK_BYTES + 2 * MAX_OP_BYTES;

/** Incremental equals from scratch, and every queue is bounded. */
export function checkStep({ profiles, network, ledger }: World): void {
  for (const { name, disk, tabs } of profiles) {
    for (const { page, process, waiting } of tabs()) {
      const status = page.status();
      const held = status?.held;
      if (held && (held.ops > CAUSAL_QUEUE_MAX.ops || held.bytes > CAUSAL_QUEUE_MAX.bytes)) {
        ledger.violate(`${process.name} holds more ops than it may`);
      }
      // Not whoever has the lock: that tab may have been fenced, and learn of it later.
      const isOwner = disk.state().owner === process && process.state() === 'running';
      const isLeading = isOwner && status?.role === 'leader';
      if (!isLeading || !disk.isSound() || waiting() > 0) continue;
      const fresh = viewOf(readAll(ledger, disk.state().log).toReversed());
      if (!isDeepStrictEqual(page.items(), fresh)) {
        ledger.violate(`${name} shows what its log does not give from scratch`);
      }
    }
  }
  for (const { back, there } of network.links()) {
    for (const lane of [back, there]) {
      let bytes = 0;
      for (const item of lane?.items ?? []) {
        // No end of ours sends a longer one: the attacker put it there.
        const isOurs = item.type === 'frame' && item.frame.length <= LONGEST_FRAME;
        bytes += isOurs ? item.frame.length : 0;
      }
      const isFromAttacker = lane === there && back.to.name === 'attacker';
      if (bytes > UNDER_WAY_MAX && !isFromAttacker) {
        ledger.violate(`${bytes} bytes wait on the way to ${lane?.to.name}`);
      }
    }
  }
}

function readAll(ledger: Ledger, records: readonly OpRecord[]): Op[] {
  return records.flatMap((record) => ledger.read(textOf(record)) ?? []);
}

function viewOf(ops: readonly Op[]): readonly ItemView[] {
  const document = createDocument();
  for (const op of ops) document.apply(op);
  return document.items.view();
}

/** After `heal`. */
export async function checkEnd(world: World): Promise<void> {
  const { ledger, profiles, relays, rust } = world;
  const ops = readAll(
    ledger,
    rust.texts.map((text) => textRecord('', text)),
  );
  const keys = keysOf(ops);
  for (const { name, disk } of [...profiles, ...relays]) {
    const { log } = disk.state();
    const own = keysOf(readAll(ledger, log));
    if (own.length !== log.length) ledger.violate(`${name} has an op twice in its log`);
    if (!isDeepStrictEqual(own, keys)) {
      ledger.violate(`${name} has ${own.length} ops, the Rust node ${keys.length}`);
    }
  }
  const strange = ops.filter(({ key }) => !ledger.wasMade(key));
  if (strange.length > 0)
    ledger.violate(`an op was taken that nobody made: ${strange.map(textOf)[0]}`);
  const model = computeState(ops);
  if (model.waiting.length > 0) ledger.violate('a log has an op without its causes');
  if (!isDeepStrictEqual(rust.document.items.view(), model.items)) {
    ledger.violate('the Rust node differs from the model');
  }
  for (const { process, page, waiting } of allTabs(world)) {
    const status = page.status();
    if (waiting() > 0) ledger.violate(`${process.name} never answered a command`);
    if (!isDeepStrictEqual(page.items(), model.items)) {
      ledger.violate(`${process.name} differs from the model`);
    }
    if (status?.socket.name !== 'open' || status.sync.name !== 'live') {
      ledger.violate(`${process.name} is not live: ${JSON.stringify(status)}`);
    }
    if (status?.unacknowledgedOps !== 0 || status.durability !== 'persisted') {
      ledger.violate(`${process.name} is not at ease: ${JSON.stringify(status)}`);
    }
    if (page.unacknowledged().size > 0) {
      ledger.violate(`${process.name} shows edits as its own alone that all have`);
    }
  }
  checkPromises(ledger, ops, profiles);
  await checkExports(world);
  await checkRestart(world, model.items);
}

function keysOf(ops: readonly Op[]): readonly string[] {
  return [...new Set(ops.map(({ key }) => key as string))].sort();
}

async function checkExports({ profiles, ledger }: World): Promise<void> {
  const exports: (string | null)[] = [];
  for (const profile of profiles) {
    const leader = profile.tabs().find(({ page }) => page.status()?.role === 'leader');
    if (leader === undefined) ledger.violate(`${profile.name} has no leader`);
    else exportOps(leader.tab).then((text) => exports.push(text), ledger.violate);
  }
  await settle();
  if (exports.length !== profiles.length || new Set(exports).size !== 1) {
    ledger.violate('the exported ops differ');
  }
}

/** With no network, from the disk alone. */
async function checkRestart(world: World, items: unknown): Promise<void> {
  const { profiles, network, ledger } = world;
  for (const { name } of profiles) network.isolate(name);
  for (const profile of profiles) {
    profile.cutPower(0, 0);
    profile.openTab();
  }
  await settle();
  for (const { process, page } of allTabs(world)) {
    if (!isDeepStrictEqual(page.items(), items)) {
      ledger.violate(`${process.name} opens with another state than it had`);
    }
  }
}

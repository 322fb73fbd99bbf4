import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { computeSeenKey } from '../../worker/crdt/identity.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG } from '../../worker/relay/settings.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import {
  adviseNatsServer,
  findNatsServer,
  startNatsCluster,
  startNatsServer,
} from '../support/natsServer.ts';
import {
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { RELAY_FROM_SOURCE, startRelayChild } from '../support/relayChild.ts';
import { type RustLikePeer, startRustLikePeer } from '../support/rustLikePeer.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Brokers that lost one elect another leader after up to ten seconds. */
const PATIENCE_MS = 60_000;

const program = findNatsServer();
if (program === null) adviseNatsServer();

const signer = createSigner(1);
const story = (name: string): SignedOp =>
  insertOp({ signer, content: itemContent({ name: text(name) }) });
const rename = (item: SignedOp, name: string): SignedOp =>
  setOp(idOf(item), 'name', { signer, content: text(name) });
const keyOf = (op: string): string => computeSeenKey(op);
const keysOf = (ops: readonly SignedOp[]): readonly string[] =>
  ops.map((op) => keyOf(opText(op))).sort();

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'many-relays-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function newPeer(address: string): Promise<RustLikePeer> {
  const peer = await startRustLikePeer();
  cleanUps.push(peer.close);
  await peer.dial(address);
  return peer;
}

/** Each peer makes a story, and renames the one of the peer before it when that has come. */
async function editAll(peers: readonly RustLikePeer[], round: string): Promise<SignedOp[]> {
  const made = peers.map((_, index) => story(`${round} ${index}`));
  for (const [index, peer] of peers.entries()) peer.publish(opText(made[index]!));
  const renames = made.map((item, index) => rename(item, `${round} ${index} again`));
  await Promise.all(
    peers.map(async (peer, index) => {
      const before = (index + 1) % peers.length;
      await hasAll(peer, [made[before]!]);
      peer.publish(opText(renames[before]!));
    }),
  );
  return [...made, ...renames];
}

async function hasAll(peer: RustLikePeer, ops: readonly SignedOp[]): Promise<void> {
  const texts = ops.map((op) => opText(op));
  await peer.until(`${ops.length} ops`, () => texts.every((one) => peer.ops.includes(one)));
}

/** Seen-keys of the ops that came in the frames of all its connections, in order. */
function given({ frames }: RustLikePeer): readonly string[] {
  return frames.flatMap((frame) => {
    if (frame.type === 'binary') return [keyOf(frame.text.slice('{"v":1,"op":'.length, -1))];
    return (JSON.parse(frame.text) as { ops: string[] }).ops.map(keyOf);
  });
}

function twice(keys: readonly string[]): readonly string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** Whether every op of a peer stands behind the story that it is about. */
function isCausal({ ops }: RustLikePeer): boolean {
  const stories = new Set<string>();
  return ops.every((op) => {
    const { inner } = JSON.parse(op) as { inner: { id: number[]; path: { Index?: number[] }[] } };
    if (inner.path.length === 2) stories.add(inner.id.join());
    return stories.has(`${inner.path[1]?.Index?.join()}`);
  });
}

describe.skipIf(program === null)('many relays', () => {
  test(
    'BPL19 three relays and a broker: all peers get all ops, each once and in causal order, though broker and a relay are killed',
    async () => {
      const broker = await startNatsServer(program!);
      cleanUps.push(broker.dispose);
      const start = async (folder: string) => {
        const child = startRelayChild(
          [...RELAY_FROM_SOURCE, '--backplane', broker.address],
          folder,
        );
        cleanUps.push(() => child.end('SIGKILL'));
        await child.logged('the backplane is connected');
        return { ...child, address: await child.address };
      };
      const folders = [await newFolder(), await newFolder(), await newFolder()];
      const relays = await Promise.all(folders.map(start));
      const peers = await Promise.all(relays.map(({ address }) => newPeer(address)));
      const first = await editAll(peers, 'with the broker');
      await Promise.all(peers.map((peer) => hasAll(peer, first)));

      await broker.kill();
      const alone = peers.map((_, index) => story(`alone ${index}`));
      const witness = await newPeer(relays[0]!.address);
      for (const [index, peer] of peers.entries()) peer.publish(opText(alone[index]!));
      // Forwarded, so stored; published nowhere.
      await hasAll(witness, [alone[0]!]);
      await relays[0]!.end('SIGKILL');
      await broker.restart();
      const again = await start(folders[0]!);
      const late = await newPeer(again.address);
      const last = await editAll([late, peers[1]!, peers[2]!], 'after all');

      const all = [...first, ...alone, ...last];
      await Promise.all([late, peers[1]!, peers[2]!].map((peer) => hasAll(peer, all)));
      for (const peer of [late, peers[1]!, peers[2]!]) {
        expect(peer.ops.map(keyOf).sort()).toEqual(keysOf(all));
        expect(twice(given(peer))).toEqual([]);
        expect(isCausal(peer)).toBe(true);
      }
    },
    PATIENCE_MS,
  );

  test(
    'BPL20 a broker of three in a cluster is killed: all peers get all ops, each once',
    async () => {
      const brokers = await startNatsCluster(program!, 3);
      for (const { dispose } of brokers) cleanUps.push(dispose);
      const start = async () => {
        const logger = createMemoryLogger();
        const config = {
          ...DEFAULT_CONFIG,
          port: 0,
          data: await newFolder(),
          backplane: brokers.map(({ address }) => address),
          backplaneReplicas: 3,
        };
        const deps = { clock: nodeClock, random: nodeRandom, logger, pageFolder: 'none' };
        const relay = await startRelay(config, deps);
        if (relay.type === 'refused') throw new Error(relay.detail);
        cleanUps.push(relay.close);
        return { logger, address: `ws://127.0.0.1:${relay.port}/crdt-sync` };
      };
      const relays = await Promise.all([start(), start(), start()]);
      const peers = await Promise.all(relays.map(({ address }) => newPeer(address)));
      const first = await editAll(peers, 'three brokers');
      await Promise.all(peers.map((peer) => hasAll(peer, first)));

      const connected = relays[0]!.logger.lines.find(({ fields }) => 'broker' in fields);
      const lost = brokers.find(({ address }) =>
        address.endsWith(`${connected?.fields['broker']}`),
      );
      await lost!.kill();
      const last = await editAll(peers, 'two brokers');
      await Promise.all(peers.map((peer) => hasAll(peer, [...first, ...last])));
      for (const peer of peers) {
        expect(peer.ops.map(keyOf).sort()).toEqual(keysOf([...first, ...last]));
        expect(twice(given(peer))).toEqual([]);
        expect(isCausal(peer)).toBe(true);
      }
    },
    PATIENCE_MS,
  );
});

/** Attacks on what several relays share, one describe each, as `docs/threats.md` lists them. */

import { describe, expect, test } from 'vitest';
import { computeSeenKey } from '../../worker/crdt/identity.ts';
import type { PackedOp } from '../../worker/crdt/packedOp.ts';
import { subjectOf } from '../../worker/relay/backplane/subject.ts';
import { type EdgeRelay, startEdgeRelay } from '../support/edgeRelay.ts';
import { createMemoryBackplane, messageOf } from '../support/memoryBackplane.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { recordOf } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';

const signer = createSigner(1);
const story = (name: string) => insertOp({ signer, content: itemContent({ name: text(name) }) });
const op = story('genuine');
const key = computeSeenKey(opText(op));
const genuine = recordOf(opText(op)).bytes;

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await settle();
}

async function heal(...relays: readonly EdgeRelay[]): Promise<void> {
  for (let second = 0; second < 31; second += 1) {
    for (const { clock } of relays) await clock.advance(1000);
  }
  await rest();
}

describe('a broker that lies', () => {
  test('BPL15 forges and alters ops in vain', async () => {
    const backplane = createMemoryBackplane();
    const relay = await startEdgeRelay(backplane);
    const given = await relay.join('peer');
    for (let at = 1; at < genuine.length; at += 40) {
      const altered = genuine.slice() as PackedOp;
      altered[at] = (altered[at] ?? 0) ^ 1;
      backplane.put('default', { id: `altered ${at}`, bytes: altered });
    }
    await rest();
    expect({ keys: relay.keys(), given }).toEqual({ keys: [], given: [] });
    backplane.put('default', { id: 'any', bytes: genuine });
    await rest();
    expect(relay.keys()).toEqual([key]);
  });

  test('BPL16 takes the id of an op in vain', async () => {
    const backplane = createMemoryBackplane();
    const relays = [await startEdgeRelay(backplane), await startEdgeRelay(backplane)] as const;
    for (const relay of relays) await relay.open();
    backplane.put('default', messageOf(key, 'instead'));
    await rest();
    await relays[0].receive('peer', [op]);
    await rest();
    expect(relays[1].keys()).toEqual([key]);
  });

  test('BPL2 reaches no other pipeline by a name', () => {
    const names = ['a.*', '>', '*', 'a b', 'a.>', '$JS'];
    for (const name of names) expect(subjectOf('s', name)).toMatch(/^s\.v1\.[a-z0-9_-]+$/);
  });
});

describe('a broker that is lost, or forgets', () => {
  test('BPL8 BPL13 loses nothing that a relay has acknowledged', async () => {
    const backplane = createMemoryBackplane();
    const relays = [await startEdgeRelay(backplane), await startEdgeRelay(backplane)] as const;
    for (const relay of relays) await relay.open();
    await rest();
    const [first, second] = [story('before'), story('meanwhile')];
    const acknowledged = [...(await relays[0].receive('peer', [first]))];
    await rest();
    backplane.lose();
    acknowledged.push(...(await relays[1].receive('peer', [second])));
    backplane.deleteStream();
    backplane.comeBack();
    await heal(...relays);
    expect(backplane.ids('default').toSorted()).toEqual(acknowledged.toSorted());
    for (const relay of relays) expect([...relay.keys()].sort()).toEqual(acknowledged.toSorted());
  });
});

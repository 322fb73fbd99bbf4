import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpId } from '../../worker/crdt/bytes.ts';
import { encodeBulk } from '../../worker/wire/frames.ts';
import { connectEnd } from '../support/connectedPair.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMeshNode, flushLinks, linkNodes, type MeshNode } from '../support/meshNode.ts';
import {
  createFakeSigner,
  deleteOp,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { createSocketPair, deaf, type SocketPair } from '../support/socketPair.ts';

const clock = createManualClock();

/** A node and what its user can do. */
function createActor(number: number) {
  const node = createMeshNode(`node ${number}`);
  const signer = createFakeSigner(number);
  return {
    node,
    add(name: string): OpId {
      const op = insertOp({
        signer,
        seq: node.nextSeq(),
        content: itemContent({ name: text(name) }),
      });
      node.publish(opText(op));
      return idOf(op);
    },
    setName(item: OpId, name: string): void {
      const content = text(name);
      node.publish(opText(setOp(item, 'name', { signer, seq: node.nextSeq(), content })));
    },
    remove(item: OpId): void {
      node.publish(opText(deleteOp(item, { signer, seq: node.nextSeq() })));
    },
  };
}

const namesIn = (node: MeshNode): readonly (string | null)[] =>
  node.state().view.map(({ fields }) => fields.name);

describe('through protocol messages', () => {
  test('MESH1 two replicas are the same after live ops in both directions, and nothing is held', async () => {
    const [ann, bob] = [createActor(1), createActor(2)];
    const link = linkNodes(clock, ann.node, bob.node);
    await link.flush();
    const first = ann.add('first');
    await link.flush();
    bob.setName(first, 'renamed');
    ann.add('second');
    await link.flush();
    ann.remove(first);
    await link.flush();
    expect(namesIn(bob.node)).toEqual(['second']);
    expect(bob.node.state()).toEqual(ann.node.state());
    expect([...ann.node.outcomes, ...bob.node.outcomes]).toEqual(new Array(4).fill('applied'));
  });

  test('MESH2 a third replica that comes later has everything by the bulk', async () => {
    const [ann, bob, cleo] = [createActor(1), createActor(2), createActor(3)];
    const link = linkNodes(clock, ann.node, bob.node);
    const item = ann.add('early');
    await link.flush();
    bob.setName(item, 'renamed');
    await link.flush();
    const late = linkNodes(clock, cleo.node, bob.node);
    await late.flush();
    expect(namesIn(cleo.node)).toEqual(['renamed']);
    expect(cleo.node.state()).toEqual(ann.node.state());
  });

  test('MESH3 edits made apart, interleaved on the same items, end byte-identical', async () => {
    const [ann, bob] = [createActor(1), createActor(2)];
    const before = linkNodes(clock, ann.node, bob.node);
    const [one, two] = [ann.add('one'), ann.add('two')];
    await before.flush();
    before.cut();
    ann.setName(one, 'ann was here');
    bob.setName(one, 'bob was here');
    bob.remove(two);
    ann.setName(two, 'gone in the end');
    ann.add('from ann');
    bob.add('from bob');
    expect(ann.node.state()).not.toEqual(bob.node.state());
    await linkNodes(clock, bob.node, ann.node).flush();
    expect(new Set(namesIn(ann.node))).toHaveProperty('size', 3);
    expect(bob.node.state()).toEqual(ann.node.state());
  });

  test('MESH3 a live op that was lost comes by the bulk of the next connection', async () => {
    const [ann, bob] = [createActor(1), createActor(2)];
    const lossy = linkNodes(clock, ann.node, bob.node);
    await lossy.flush();
    const item = ann.add('lost');
    lossy.dialler.drop();
    ann.setName(item, 'waits for the lost one');
    await lossy.flush();
    expect(bob.node.outcomes).toEqual(['held']);
    lossy.cut();
    await linkNodes(clock, ann.node, bob.node).flush();
    expect(namesIn(bob.node)).toEqual(['waits for the lost one']);
    expect(bob.node.state()).toEqual(ann.node.state());
  });

  test('MESH4 an op that comes again, insert or set, changes nothing', async () => {
    const [ann, bob] = [createActor(1), createActor(2)];
    const link = linkNodes(clock, ann.node, bob.node);
    await link.flush();
    const item = ann.add('once');
    link.dialler.duplicate();
    await link.flush();
    ann.setName(item, 'twice');
    link.dialler.duplicate();
    await link.flush();
    expect(bob.node.outcomes).toEqual(['applied', 'duplicate', 'applied', 'duplicate']);
    expect(bob.node.state()).toEqual(ann.node.state());
  });

  test('MESH4 in a cycle each op comes round and stops', async () => {
    const actors = [createActor(1), createActor(2), createActor(3)] as const;
    const [ann, bob, cleo] = actors;
    const links = [
      linkNodes(clock, ann.node, bob.node),
      linkNodes(clock, bob.node, cleo.node),
      linkNodes(clock, cleo.node, ann.node),
    ];
    await flushLinks(links);
    const item = ann.add('round');
    bob.node.publish(
      opText(insertOp({ signer: createFakeSigner(2), seq: 1, content: itemContent() })),
    );
    await flushLinks(links);
    cleo.setName(item, 'and round');
    await flushLinks(links);
    const applied = actors.map(({ node }) => node.outcomes.filter((it) => it === 'applied').length);
    expect(applied).toEqual([2, 2, 2]);
    expect(bob.node.state()).toEqual(ann.node.state());
    expect(cleo.node.state()).toEqual(ann.node.state());
  });

  test('MESH5 a set before its item is held, and released and forwarded when the item comes', async () => {
    const [ann, hub, cleo] = [createActor(1), createActor(2), createActor(3)];
    const left = linkNodes(clock, ann.node, hub.node);
    const right = linkNodes(clock, cleo.node, hub.node);
    await flushLinks([left, right]);
    const item = ann.add('late');
    ann.setName(item, 'early');
    const [insert, set] = left.dialler.sent.slice(-2);
    left.dialler.drop();
    await flushLinks([left, right]);
    expect(hub.node.document.held.ops()).toBe(1);
    expect(cleo.node.outcomes).toEqual([]);
    const again = linkNodes(clock, ann.node, hub.node);
    await flushLinks([again, right]);
    expect(hub.node.document.held.ops()).toBe(0);
    expect(right.listener.sent.slice(-2)).toEqual([insert, set]);
    expect(cleo.node.state()).toEqual(ann.node.state());
  });

  test('MESH6 a flood of ops that wait stays within the bound, and what was dropped comes by a bulk', async () => {
    const ann = createActor(1);
    const small = createMeshNode('small', { ops: 10, bytes: 1_000_000 });
    const lossy = linkNodes(clock, ann.node, small);
    await lossy.flush();
    const item = ann.add('lost');
    lossy.dialler.drop();
    for (let edit = 0; edit < 50; edit += 1) ann.setName(item, `edit ${edit}`);
    await lossy.flush();
    expect(small.document.held.ops()).toBe(10);
    lossy.cut();
    await linkNodes(clock, ann.node, small).flush();
    expect(small.document.held.ops()).toBe(0);
    expect(small.state()).toEqual(ann.node.state());
  });

  test('MESH7 invalid ops in a bulk leave the rest of it standing', async () => {
    const [ann, bob] = [createActor(1), createActor(2)];
    ann.add('good');
    const [good = ''] = ann.node.state().texts;
    const altered = good.replace('"good"', '"bad!"');
    const pair = createSocketPair();
    connectEnd({ clock, exchange: bob.node.exchange, wire: pair.listener, end: 'listener' });
    const speaker = pair.dialler.connect(deaf);
    pair.open();
    speaker.send(encodeBulk(['', 'garbage', altered, good], 0));
    await pair.flush();
    expect(bob.node.outcomes).toEqual(['rejected', 'rejected', 'rejected', 'applied']);
    expect(bob.node.state()).toEqual(ann.node.state());
  });
});

describe('any schedule', () => {
  const who = fc.nat(2);
  const move = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), who }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), who, item: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('remove' as const), who, item: fc.nat() }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('deliver' as const), who, count: fc.nat(3) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('drop', 'duplicate'), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut', 'link'), who }) },
  );

  test('MESH8 three replicas in a ring converge, whatever is delayed, lost, repeated or cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 20, maxLength: 60 }), async (moves) => {
        const actors = [createActor(1), createActor(2), createActor(3)];
        const actor = (index: number) => actors[index % 3] ?? createActor(0);
        const items: OpId[] = [];
        const links: (SocketPair | null)[] = [null, null, null];
        const link = (index: number): void => {
          links[index]?.cut();
          links[index] = linkNodes(clock, actor(index).node, actor(index + 1).node);
        };
        const know = (index: number, item: OpId | undefined): item is OpId =>
          item !== undefined && actor(index).node.document.items.has(item);

        for (const it of moves) {
          const ends = [links[it.who]?.dialler, links[it.who]?.listener];
          if (it.do === 'add') items.push(actor(it.who).add(`item ${items.length}`));
          else if (it.do === 'set' || it.do === 'remove') {
            const item = items[it.item % Math.max(1, items.length)];
            if (!know(it.who, item)) continue;
            if (it.do === 'set') actor(it.who).setName(item, `by ${it.who}`);
            else actor(it.who).remove(item);
          } else if (it.do === 'deliver') {
            for (const end of ends) end?.deliver(it.count);
            await clock.advance(0);
          } else if (it.do === 'drop') ends[0]?.drop();
          else if (it.do === 'duplicate') ends[1]?.duplicate();
          else if (it.do === 'cut') links[it.who]?.cut();
          else link(it.who);
        }

        [0, 1, 2].forEach(link);
        await flushLinks(links.filter((it) => it !== null));
        const [first, ...others] = actors.map(({ node }) => node.state());
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 30, seed: 20_250_701 },
    );
  });
});

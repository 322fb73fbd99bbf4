import { describe, expect, test } from 'vitest';
import { createMemoryMesh, type MemoryMesh, type MeshRelay } from '../support/memoryMesh.ts';
import { editOn } from '../support/meshEdits.ts';
import { createSigner, idOf, insertOp, opText, setOp } from '../support/opFactory.ts';
import { createPlainPeer, type PlainPeer } from '../support/plainPeer.ts';
import { createSeededRandom } from '../support/seededRandom.ts';

/** Which relay dials which, by number. */
type Links = readonly (readonly [number, number])[];

interface PeeredMesh {
  readonly mesh: MemoryMesh;
  readonly relays: readonly MeshRelay[];
  /** One at each relay. */
  readonly peers: readonly PlainPeer[];
  /** Edits of some peers, each on what it holds. */
  edit(count: number): void;
}

const signers = [1, 2, 3, 4, 5, 6].map(createSigner);

async function createPeeredMesh(seed: string, size: number, links: Links): Promise<PeeredMesh> {
  const mesh = createMemoryMesh(seed);
  const dice = createSeededRandom(seed).fraction;
  const relays: MeshRelay[] = [];
  for (let number = 0; number < size; number += 1) relays.push(await mesh.addRelay(`r${number}`));
  const peers = relays.map((_, number) => createPlainPeer(`p${number}`));
  for (const [number, relay] of relays.entries()) mesh.join(peers[number]!, relay);
  for (const [number, [from, to]] of links.entries()) {
    relays[from]!.dial(`r${to}`, `r${to}.${number}`);
  }
  let edits = 0;
  return {
    mesh,
    relays,
    peers,
    edit(count) {
      for (let made = 0; made < count; made += 1) {
        const number = Math.floor(dice() * size);
        const peer = peers[number]!;
        edits += 1;
        peer.publish(editOn(peer.ops, signers[number % signers.length]!, { dice, number: edits }));
      }
    },
  };
}

/** What must hold of every mesh, whatever its links. `isOnceSent`: nobody in it repeats ops on purpose. */
async function checkQuiet(
  { mesh, relays, peers }: Omit<PeeredMesh, 'edit'>,
  { isOnceSent } = { isOnceSent: true },
): Promise<void> {
  await mesh.run();
  const frames = mesh.opFrames();
  await mesh.run(300_000);
  const sets = [...relays.map((one) => one.texts()), ...peers.map(({ texts }) => texts)];
  const all = [...new Set(sets.flat())].sort();
  expect(sets.map((texts) => [...texts].sort())).toEqual(sets.map(() => all));
  expect(
    peers.flatMap(({ name, violations }) => violations.map((one) => `${name} ${one}`)),
  ).toEqual([]);
  expect(mesh.opFrames()).toBe(frames);
  if (isOnceSent) expect(mesh.mostCrossings()).toBe(all.length > 0 ? 1 : 0);
}

const line: Links = [
  [0, 1],
  [1, 2],
  [3, 2],
];
const ringOf = (size: number): Links =>
  Array.from({ length: size }, (_, at) => [at, (at + 1) % size] as const);
const diamond: Links = [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 3],
];

describe('shapes of a mesh', () => {
  test.each<readonly [string, number, Links]>([
    ['a line of four', 4, line],
    ['a ring of three', 3, ringOf(3)],
    ['a ring of five', 5, ringOf(5)],
    ['a diamond', 4, diamond],
    [
      'two that dial each other',
      2,
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      'a pair of links the same way',
      2,
      [
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'one that dials itself by another name',
      2,
      [
        [0, 0],
        [0, 1],
      ],
    ],
  ])(
    'MESH9 in %s each op goes each way over a link once at most, and traffic ends',
    async (name, size, links) => {
      const peered = await createPeeredMesh(name, size, links);
      peered.edit(4);
      await peered.mesh.flush();
      for (let round = 0; round < 5; round += 1) {
        peered.edit(6);
        if (round % 2 === 0) await peered.mesh.flush();
      }
      await checkQuiet(peered);
    },
  );

  test('MESH11 a relay of a ring that starts again is given what it missed, and echoes nothing', async () => {
    const peered = await createPeeredMesh('restart', 3, ringOf(3));
    peered.edit(10);
    await peered.mesh.run();
    await peered.relays[1]!.restart();
    peered.edit(10);
    await peered.mesh.flush();
    peered.mesh.join(peered.peers[1]!, peered.relays[1]!);
    peered.edit(10);
    await checkQuiet(peered);
  });
});

describe('a hostile member', () => {
  test('MESH10 what it sends that is held, altered or junk stays at the relay that it is sent to', async () => {
    const peered = await createPeeredMesh('hostile', 3, ringOf(3));
    const { mesh, relays, peers } = peered;
    peered.edit(6);
    await mesh.run();
    const genuine = relays[0]!.texts();
    const [victim = ''] = genuine;
    const signer = createSigner(9);
    const unknown = idOf(insertOp({ signer }));
    const poison = insertOp({ signer, content: { type: 'object', entries: new Map() } });
    const held = opText(setOp(unknown, 'name', { signer }));
    const forged = opText({ ...insertOp({ signer, seq: 7 }), signed_digest: new Uint8Array(64) });
    const altered = victim.replace('"name":{"String":"', '"name":{"String":"x');
    expect(altered).not.toBe(victim);
    const hostile = mesh.connect(relays[0]!);
    await mesh.flush();
    hostile.send(JSON.stringify({ type: 'bulk', ops: [] }));
    await mesh.run();
    hostile.send(JSON.stringify({ type: 'bulk', ops: [altered, opText(poison), held, forged, 7] }));
    for (const text of [held, altered, forged, opText(poison)]) {
      hostile.send(new TextEncoder().encode(`{"v":1,"op":${text}}`));
      hostile.send(JSON.stringify({ type: 'bulk', ops: [text] }));
    }
    for (const junk of ['', '{', '[]', new Uint8Array(), new Uint8Array(100).fill(2)]) {
      hostile.send(junk);
    }
    const frames = mesh.opFrames();
    await mesh.run();
    expect([mesh.opFrames(), ...relays.map((one) => one.texts().toSorted())]).toEqual([
      frames,
      ...relays.map(() => genuine.toSorted()),
    ]);
    peered.edit(6);
    await checkQuiet({ mesh, relays, peers }, { isOnceSent: false });
  });
});

describe('meshes by chance', () => {
  test.each(Array.from({ length: 24 }, (_, at) => `mesh ${at + 1}`))(
    'MESH12 %s brings every peer each op once and after its causes, and falls silent',
    async (seed) => {
      const dice = createSeededRandom(`${seed}/links`).fraction;
      const size = 2 + Math.floor(dice() * 4);
      const pick = (): number => Math.floor(dice() * size);
      const tree: Links = Array.from({ length: size - 1 }, (_, at) => {
        const other = Math.floor(dice() * (at + 1));
        return dice() < 0.5 ? ([at + 1, other] as const) : ([other, at + 1] as const);
      });
      const more: Links = Array.from({ length: pick() }, () => [pick(), pick()] as const);
      const peered = await createPeeredMesh(seed, size, [...tree, ...more]);
      for (let round = 0; round < 4; round += 1) {
        peered.edit(5);
        const chance = dice();
        if (chance < 0.3) {
          const number = pick();
          await peered.relays[number]!.restart();
          peered.mesh.join(peered.peers[number]!, peered.relays[number]!);
        } else if (chance < 0.8) await peered.mesh.flush();
      }
      await checkQuiet(peered);
    },
  );
});

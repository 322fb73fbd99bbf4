/**
 * Four browsers, a Rust node and two relays that know each other. The seed decides who is connected
 * to whom, who dials whom, and whether signatures are real.
 */

import { CAUSAL_QUEUE_MAX } from '../../worker/crdt/held.ts';
import { type Attacker, createAttacker } from './attacker.ts';
import { createDice } from './dice.ts';
import type { Lane } from './lane.ts';
import { createLedger } from './ledger.ts';
import { createNetwork } from './network.ts';
import { createProfile, type Profile, type TabNode } from './profile.ts';
import { createRelayNode, type RelayNode } from './relayNode.ts';
import { createRustNode, type RustNode } from './rustNode.ts';
import type { Scene } from './scene.ts';
import { createSendWatch } from './sendWatch.ts';
import { createSigning } from './signing.ts';
import { createVirtualTime } from './virtualTime.ts';

export interface World extends Scene {
  readonly profiles: readonly Profile[];
  readonly relays: readonly RelayNode[];
  readonly rust: RustNode;
  /** The relay that the Rust node dials; null: the relay dials. */
  readonly rustDials: RelayNode | null;
  readonly attacker: Attacker;
}

/** One world in so many has real signatures: they take most of its time. */
const REAL_SIGNATURES_ONE_IN = 40;

const PROFILES = 4;

export function createWorld(seed: string): World {
  const dice = createDice(`${seed}/world`);
  const ledger = createLedger();
  const watch = createSendWatch(ledger);
  const scene: Scene = {
    seed,
    time: createVirtualTime(),
    network: createNetwork({ onSend: watch.note }),
    signing: createSigning(dice.oneIn(REAL_SIGNATURES_ONE_IN) ? 'real' : 'fast'),
    ledger,
  };
  const rust = createRustNode('rust', scene);
  const relayDialsRust = dice.oneIn(2);
  const heldLimits = dice.oneIn(3) ? { ops: 12, bytes: 40_000 } : CAUSAL_QUEUE_MAX;
  const first = createRelayNode(
    { name: 'relay1', rendezvous: relayDialsRust ? [rust.address] : [], heldLimits },
    scene,
  );
  const second = createRelayNode(
    { name: 'relay2', rendezvous: [first.address], heldLimits },
    scene,
  );
  const relays = [first, second];
  const profiles = Array.from({ length: PROFILES }, (_, at) => {
    const relay = dice.oneIn(2) ? first : second;
    return createProfile(`browser${at + 1}`, relay.address, scene);
  });
  watch.look({ profiles, relays });
  for (const relay of relays) relay.start();
  for (const profile of profiles) profile.openTab();
  return {
    ...scene,
    profiles,
    relays,
    rust,
    rustDials: relayDialsRust ? null : first,
    attacker: createAttacker(scene),
  };
}

export function allTabs(world: World): readonly TabNode[] {
  return world.profiles.flatMap((profile) => profile.tabs());
}

/** Everything on its way to somebody. */
export function allLanes(world: World): readonly Lane<unknown>[] {
  const links = world.network
    .links()
    .flatMap(({ there, back }) => [back, ...(there ? [there] : [])]);
  return [...links, ...world.profiles.flatMap(({ origin }) => origin.lanes())];
}

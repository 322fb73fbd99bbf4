/** What a bad line or a bad proxy does to frames under way. Never on the way to the Rust node. */

import { pickOf } from './dice.ts';
import type { Lane } from './lane.ts';
import type { Move } from './moves.ts';
import type { Parcel } from './network.ts';
import type { World } from './world.ts';

/** Ways to honest processes of ours. */
export function openLanes({ network, rust }: World): readonly Lane<Parcel>[] {
  return network
    .links()
    .flatMap(({ there, back }) => (there === null ? [] : [there, back]))
    .filter((lane) => lane.to !== rust.process && lane.to.name !== 'attacker')
    .filter((lane) => lane.items.at(-1)?.type !== 'close');
}

function busyLane(world: World, pick: number): Lane<Parcel> | undefined {
  const isBusy = (lane: Lane<Parcel>): boolean => lane.items[0]?.type === 'frame';
  return pickOf(openLanes(world).filter(isBusy), pick);
}

/** The first frame under way arrives twice. */
export function duplicate(world: World, [pick, where]: Move['picks']): void {
  const lane = busyLane(world, pick);
  const first = lane?.items[0];
  if (first !== undefined) lane?.items.splice(where % (lane.items.length + 1), 0, first);
}

export function corrupt(world: World, [pick, at, value]: Move['picks']): void {
  const items = busyLane(world, pick)?.items;
  const first = items?.[0];
  if (items === undefined || first?.type !== 'frame' || first.frame.length === 0) return;
  const { frame } = first;
  // Often near the start, where the frame's own parts are.
  const index = (value % 2 === 0 ? at % 80 : at * 31) % frame.length;
  const damaged =
    typeof frame === 'string'
      ? `${frame.slice(0, index)}${String.fromCharCode(value % 128)}${frame.slice(index + 1)}`
      : frame.with(index, value % 256);
  items[0] = { type: 'frame', frame: damaged };
}

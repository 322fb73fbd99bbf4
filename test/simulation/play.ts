/** Plays one move in a world. A move that finds nothing to act on does nothing. */

import { settle } from '../support/settle.ts';
import { commandOf } from './commands.ts';
import { pickOf } from './dice.ts';
import { alterCopy, inject, replay, sendHostileFrame, signHostile } from './hostileMoves.ts';
import type { Move, MoveName } from './moves.ts';
import { editInRustNode } from './rustMoves.ts';
import { spoilPlaces, spoilSnapshot } from './tabStore.ts';
import { corrupt, duplicate } from './tamper.ts';
import { allLanes, allTabs, type World } from './world.ts';

type Picks = Move['picks'];
type Play = (world: World, picks: Picks) => void | Promise<void>;

const profileOf = (world: World, pick: number) => pickOf(world.profiles, pick);
const tabOf = (world: World, pick: number) => pickOf(allTabs(world), pick);
const diskOf = (world: World, pick: number) =>
  pickOf([...world.profiles, ...world.relays], pick)?.disk;

const WAITS_MS = [5, 30, 400, 1000, 2000, 5000, 12_000, 31_000, 120_000];
const JUMPS_MS = [-3_600_000, -2000, 45_000, 86_400_000, 40 * 365 * 86_400_000];
const MOST_TABS = 3;

const plays: Record<MoveName, Play> = {
  edit(world, [who, what, value]) {
    const node = tabOf(world, who);
    if (node?.process.state() !== 'running') return;
    node.command(commandOf(node.page.items() ?? [], what, value));
  },
  'edit-in-rust-node': editInRustNode,
  deliver(world, [lane, most]) {
    const waiting = allLanes(world).filter((one) => one.ready() > 0);
    pickOf(waiting, lane)?.deliver(most % 3 === 0 ? 1000 : 1 + (most % 4));
  },
  flow: (world) => flow(world),
  wait: (world, [pick]) => world.time.advance(pickOf(WAITS_MS, pick) ?? 0),
  'step-disk': (world, [disk]) => diskOf(world, disk)?.step(),
  'open-tab'(world, [profile]) {
    const opened = profileOf(world, profile);
    if (opened !== undefined && opened.tabs().length < MOST_TABS) opened.openTab();
  },
  'close-tab'(world, [tab]) {
    const node = tabOf(world, tab);
    if (node?.process.state() !== 'running') return;
    node.tab.close().catch((error: unknown) => world.ledger.violate(`close: ${String(error)}`));
    // A page that is closed has no time to wait for its worker.
    node.process.kill();
  },
  'steal-lock': (world, [profile]) => profileOf(world, profile)?.origin.steal(),
  'take-over-frozen': takeOverFrozen,
  'kill-tab'(world, [tab, keptFrames, keeps]) {
    const node = tabOf(world, tab);
    const profile = world.profiles.find((one) => node !== undefined && one.tabs().includes(node));
    if (node !== undefined) profile?.killTab(node, keptFrames % 4, keeps % 2 === 0);
  },
  'cut-power'(world, [profile, lost, keptFrames]) {
    profileOf(world, profile)?.cutPower(lost % 6, keptFrames % 4);
  },
  'crash-in-transaction'(world, [profile, stage, skip]) {
    const stages = ['before-commit', 'after-commit'] as const;
    profileOf(world, profile)?.disk.crashAt(stages[stage % 2] ?? 'before-commit', skip % 4);
  },
  'restart-relay'(world, [relay, keptFrames, keeps]) {
    const node = pickOf(world.relays, relay);
    if (node?.process() === null) node.start();
    else node?.kill(keptFrames % 4, keeps % 2 === 0);
  },
  'crash-relay-in-transaction'(world, [relay, stage, skip]) {
    const stages = ['before-commit', 'after-commit'] as const;
    pickOf(world.relays, relay)?.disk.crashAt(stages[stage % 2] ?? 'before-commit', skip % 3);
  },
  cut(world, [link, kept]) {
    pickOf(world.network.links(), link)?.cut(kept % 5);
  },
  isolate(world, [host]) {
    const hosts = [...world.profiles, ...world.relays].map(({ name }) => name);
    const name = pickOf([...hosts, 'rust'], host);
    if (name !== undefined) world.network.isolate(name);
  },
  heal: (world) => world.network.heal(),
  freeze(world, [process]) {
    pickOf(allProcesses(world), process)?.freeze();
  },
  thaw(world) {
    for (const process of allProcesses(world)) process.thaw();
  },
  'hold-disk': (world, [disk]) => diskOf(world, disk)?.hold(),
  'release-disk'(world) {
    for (const { disk } of [...world.profiles, ...world.relays]) disk.release();
  },
  'fill-disk': (world, [disk, how]) => diskOf(world, disk)?.fail(how % 3 === 0 ? 'broken' : 'full'),
  'free-disk'(world) {
    for (const { disk } of [...world.profiles, ...world.relays]) disk.fail(null);
  },
  'spoil-snapshot'(world, [profile, how, at]) {
    profileOf(world, profile)?.disk.spoil((state) => spoilSnapshot(state, how, at));
  },
  'spoil-places'(world, [profile, how, by]) {
    profileOf(world, profile)?.disk.spoil((state) => spoilPlaces(state, how, by));
  },
  'jump-clock'(world, [host, by]) {
    const name = pickOf([...world.profiles, ...world.relays], host)?.name;
    if (name !== undefined) world.time.jump(name, pickOf(JUMPS_MS, by) ?? 0);
  },
  async disconnect(world, [tab]) {
    await untilSettled(world, tabOf(world, tab)?.tab.disconnect());
  },
  async reconnect(world, [tab, how]) {
    const node = tabOf(world, tab);
    if (node?.process.state() !== 'running') return;
    await untilSettled(world, how % 2 === 0 ? node.tab.wake() : node.tab.reconnect());
  },
  revive(world) {
    for (const relay of world.relays) relay.start();
    for (const profile of world.profiles) if (profile.tabs().length === 0) profile.openTab();
    if (world.rustDials !== null) world.rust.dial(world.rustDials.address);
  },
  duplicate,
  corrupt,
  'alter-copy': alterCopy,
  'sign-hostile': signHostile,
  'send-hostile-frame': sendHostileFrame,
  replay,
  inject,
};

/** A leader freezes when its edit is on the disk and it has not heard so; meanwhile another one leads. */
async function takeOverFrozen(world: World, [who, what, value]: Picks): Promise<void> {
  const profile = profileOf(world, who);
  const leader = profile?.tabs().find(({ process }) => process === profile.origin.holder());
  if (profile === undefined || leader?.process.state() !== 'running') return;
  profile.disk.hold();
  leader.command(commandOf(leader.page.items() ?? [], what, value));
  await settle();
  leader.process.freeze();
  profile.disk.release();
  profile.origin.steal();
}

export async function play(world: World, { name, picks }: Move): Promise<void> {
  await plays[name](world, picks);
  await settle();
}

export function allProcesses(world: World) {
  const relays = world.relays.flatMap((relay) => relay.process() ?? []);
  return [...allTabs(world).map(({ process }) => process), ...relays];
}

/** Delivers whatever can arrive, and what follows from it, until nothing is on its way. */
export async function flow(world: World): Promise<void> {
  await settle();
  for (;;) {
    const waiting = allLanes(world).filter((lane) => lane.ready() > 0);
    if (waiting.length === 0 || world.ledger.violation() !== null) return;
    for (const lane of waiting) lane.deliver(Number.MAX_SAFE_INTEGER);
    await settle();
  }
}

/** The answer may come much later, or never. */
async function untilSettled(world: World, asked: Promise<unknown> | undefined): Promise<void> {
  asked?.catch((error: unknown) => world.ledger.violate(`a request rejected: ${String(error)}`));
  await settle();
}

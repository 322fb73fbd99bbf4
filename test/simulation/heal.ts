/** Ends every fault, and lets the world come to rest. */

import { settle } from '../support/settle.ts';
import { allProcesses, flow } from './play.ts';
import { isVolatile, type Profile, type TabNode } from './profile.ts';
import { allLanes, allTabs, type World } from './world.ts';

/** A backoff waits 30 s at most. */
const QUIET_MS = 31_000;

/** Some things take a second try. */
const PATIENCE_MS = 180_000;
const ROUND_MS = 1000;

/** How long nothing may be sent any more, but signs of life. */
const REST_MS = 90_000;
const REST_ROUND_MS = 10_000;

/**
 * `gently`: live connections stay, as nothing on them was damaged. Else each is cut once, as what
 * was damaged under way is only sent again over another connection.
 */
export async function heal(world: World, gently: boolean): Promise<void> {
  const { network } = world;
  world.attacker.leave();
  network.heal();
  for (const { disk } of [...world.profiles, ...world.relays]) {
    disk.fail(null);
    disk.forgetCrash();
    disk.release();
  }
  for (const process of allProcesses(world)) process.thaw();
  await settle();
  for (const relay of world.relays) relay.start();
  for (const profile of world.profiles) if (profile.tabs().length === 0) profile.openTab();
  await flow(world);
  if (!gently) for (const link of network.links()) link.cut(0);
  await waitForRest(world);
  // What went on in memory has shared all it had: its user can load the page anew.
  for (const profile of world.profiles.filter(isInMemory)) {
    profile.cutPower(0, 0);
    profile.openTab();
  }
  await waitForRest(world);
  await expectRest(world);
}

/** Until all have all, and nothing has been sent for longer than anybody waits to dial again. */
async function waitForRest(world: World): Promise<void> {
  const { network, time, rust, rustDials, ledger } = world;
  await flow(world);
  let quietMs = 0;
  for (let waited = 0; waited < PATIENCE_MS; waited += ROUND_MS) {
    const before = network.framesSent();
    if (rustDials !== null) rust.dial(rustDials.address);
    reconnectStopped(world);
    await time.advance(ROUND_MS);
    await flow(world);
    quietMs = network.framesSent() === before ? quietMs + ROUND_MS : 0;
    if (ledger.violation() !== null || (quietMs >= QUIET_MS && isAtRest(world))) return;
  }
}

/** The user lets those go online again that were told to stay off. */
function reconnectStopped(world: World): void {
  for (const { page, tab } of allTabs(world)) {
    if (page.status()?.socket.name !== 'stopped') continue;
    tab.reconnect().catch((error: unknown) => world.ledger.violate(String(error)));
  }
}

function isInMemory(profile: Profile): boolean {
  return profile.tabs().some(({ page }) => {
    const status = page.status();
    return status !== null && isVolatile(status);
  });
}

function isAtRest({ profiles, relays, rust }: World): boolean {
  const onDisk = profiles.filter((profile) => !isInMemory(profile));
  const logs = [...onDisk, ...relays].map(({ disk }) => disk.state().log.length);
  const isEqual = logs.every((count) => count === rust.texts.length);
  return isEqual && profiles.every((profile) => profile.tabs().every(isUpToDate));
}

function isUpToDate({ page }: TabNode): boolean {
  const status = page.status();
  const isLive = status?.socket.name === 'open' && status.sync.name === 'live';
  return isLive && (status.unacknowledgedOps === 0 || isVolatile(status));
}

async function expectRest(world: World): Promise<void> {
  const before = world.network.framesSent();
  for (let restedMs = 0; restedMs < REST_MS; restedMs += REST_ROUND_MS) {
    await world.time.advance(REST_ROUND_MS);
    await flow(world);
  }
  const frames = world.network.framesSent() - before;
  if (frames > 0) world.ledger.violate(`after healing ${frames} frames are sent, and no end`);
  const under = allLanes(world).filter(({ items }) => items.length > 0).length;
  if (under > 0) world.ledger.violate(`${under} ways still have frames on them after healing`);
}

/**
 * Five tabs of one profile edit one pipeline, all at once, while the tab that leads is closed or its
 * process dies, again and again. After each death: who leads, what the tabs and the relay hold, and
 * whether anybody equivocates.
 */
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { createProfile, failedDials } from '../support/browser.ts';
import { type RelayProcess, startRelay } from '../support/relayProcess.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { dialAckPeer } from './ackPeer.ts';
import { createEditLedger } from './editLedger.ts';
import { findForks } from './findForks.ts';
import { exportedOps, openProbedBoard, untilInSync } from './probedBoard.ts';
import { until } from './until.ts';

export interface CrashTabsOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly onRound?: (figures: CrashTabsFigures) => void;
}

export interface CrashTabsFigures {
  readonly rounds: number;
  readonly asked: number;
  readonly done: number;
  readonly leaderLost: number;
  /** From the leader's last sign of life to the next one's first, each measured in the tabs. */
  readonly takeoversMs: readonly number[];
  /** Everything that was not as it must be, a sentence each. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

const TABS = 5;
const IN_FLIGHT = 2;
const PAUSE_MS = 100;
/** The leader dies within so long after the edits began. */
const LIFE_MAX_MS = 1500;
/** And the others go on for so long. */
const AFTERLIFE_MS = 500;
const PATIENCE_MS = 30_000;

export async function crashTabs(options: CrashTabsOptions): Promise<CrashTabsFigures> {
  const { rounds, seed } = options;
  const random = createSeededRandom(`tabs ${seed}`);
  const startMs = performance.now();
  const ledger = createEditLedger(['leader-lost']);
  const takeoversMs: number[] = [];
  const faults = new Set<string>();
  /** When the leader was told to die; the death itself is later. */
  let deathMs = 0;
  let done = 0;
  let plans = 0;
  const relay = await startRelay();
  const profile = createProfile();
  const visitor = await profile.launch('Ann');
  visitor.expectErrors(failedDials, /a page crashed/);
  let tabs: readonly Page[] = [];

  const noteFaults = (news: readonly string[]): void => {
    for (const fault of news) faults.add(fault);
  };

  const openTab = (): Promise<Page> =>
    openProbedBoard(visitor, relay.origin, (note) => {
      if (note.type !== 'leads') ledger.take(note);
      else if (deathMs > 0) takeoversMs.push(note.atMs - Math.max(note.lastBeatMs, deathMs));
    });

  const startEdits = async (tab: Page): Promise<void> => {
    plans += 1;
    const plan = { prefix: `t${plans}`, inFlight: IN_FLIGHT, pauseMs: PAUSE_MS };
    await tab.evaluate((edits) => tabProbe.startEdits(edits), plan);
  };

  const stopEdits = async (tab: Page): Promise<void> => {
    const unanswered = await tab.evaluate((ms) => tabProbe.stopEdits(ms), PATIENCE_MS);
    if (unanswered > 0) faults.add(`${unanswered} commands were never answered`);
  };

  const playRound = async (how: 'close' | 'kill'): Promise<void> => {
    await Promise.all(tabs.map(startEdits));
    await setTimeout(random.fraction() * LIFE_MAX_MS);
    const leader = await findLeader(tabs);
    const others = tabs.filter((tab) => tab !== leader);
    const led = takeoversMs.length;
    deathMs = Date.now();
    if (how === 'close') await leader.close();
    else await crash(leader);
    await until('another tab leads', () => takeoversMs.length > led);
    await setTimeout(AFTERLIFE_MS);
    await Promise.all(others.map(stopEdits));
    await leader.close();
    tabs = [...others, await openTab()];
  };

  const figures = (): CrashTabsFigures => ({
    rounds: done,
    ...ledger.figures(),
    takeoversMs,
    faults: [...faults],
    seconds: Math.round((performance.now() - startMs) / 1000),
  });

  try {
    while (tabs.length < TABS) tabs = [...tabs, await openTab()];
    while (done < rounds) {
      await playRound(done % 2 === 0 ? 'close' : 'kill');
      done += 1;
      if (takeoversMs.length !== done) faults.add(`round ${done} had more than one new leader`);
      noteFaults(await findFaults(tabs, relay, ledger.check));
      options.onRound?.(figures());
    }
    noteFaults(visitor.unexpectedErrors());
  } catch (error) {
    faults.add(`the loop could not go on: ${error}`);
  } finally {
    await visitor.close();
    await relay.dispose();
    profile.remove();
  }
  return figures();
}

async function findFaults(
  tabs: readonly Page[],
  relay: RelayProcess,
  checkEdits: (texts: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const tab of tabs) await untilInSync(tab);
  await until('the relay has exactly one socket', () => openSockets(relay) === 1);
  const reader = await dialAckPeer(relay.address);
  const log = [...(await reader.readLog())].sort();
  reader.close();
  await reader.closed;
  faults.push(...checkEdits(log), ...findForks(log));
  const boards = await Promise.all(tabs.map((tab) => tab.evaluate(() => tabProbe.board())));
  for (const [index, tab] of tabs.entries()) {
    const ops = await exportedOps(tab);
    if (ops.join('\n') !== log.join('\n')) {
      faults.push(`tab ${index} holds ${ops.length} ops, the relay ${log.length}`);
    }
    if (boards[index] !== boards[0]) {
      faults.push(`tab ${index} shows another board than tab 0`);
    }
  }
  return faults;
}

async function findLeader(tabs: readonly Page[]): Promise<Page> {
  const leads = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => tabProbe.status()['role'] === 'leader')),
  );
  const leaders = tabs.filter((_, index) => leads[index]);
  if (leaders.length !== 1) throw new Error(`${leaders.length} tabs lead`);
  return leaders[0] as Page;
}

/** The renderer's process ends as by a fault of its own; so does the tab's worker in it. */
async function crash(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const crashed = new Promise((done) => page.once('crash', done));
  devTools.send('Page.crash').catch(() => undefined);
  await crashed;
}

function openSockets(relay: RelayProcess): number {
  const lines = relay.output().split('\n');
  const count = (words: string): number => lines.filter((line) => line.includes(words)).length;
  return count('peer connected') - count('peer left');
}

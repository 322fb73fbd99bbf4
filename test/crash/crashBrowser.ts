/**
 * A browser on a profile on disk edits with no network, as fast as it can, and is killed at a random
 * moment, again and again. After each start: whether every edit that the page had shown or confirmed
 * is there, all of it or nothing of it, and whether its author equivocates. In the end the relay is
 * there, and must be given everything.
 */
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { createProfile, failedDials, type Visitor } from '../support/browser.ts';
import { startRelay } from '../support/relayProcess.ts';
import { createSeededRandom } from '../support/seededRandom.ts';
import { servePage } from '../support/staticServer.ts';
import { dialAckPeer } from './ackPeer.ts';
import { createEditLedger } from './editLedger.ts';
import { findForks } from './findForks.ts';
import { killBrowser } from './killBrowser.ts';
import { exportedOps, openProbedBoard, untilInSync } from './probedBoard.ts';
import { until } from './until.ts';

export interface CrashBrowserOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly onRound?: (figures: CrashBrowserFigures) => void;
}

export interface CrashBrowserFigures {
  readonly rounds: number;
  readonly asked: number;
  readonly done: number;
  /** Keys that signed; one, unless a start took its own store for an older one. */
  readonly signers: number;
  /** Everything that was not as it must be, a sentence each. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

const IN_FLIGHT = 4;
/** The browser dies within so long after its first edit. */
const LIFE_MAX_MS = 1000;

export async function crashBrowser(options: CrashBrowserOptions): Promise<CrashBrowserFigures> {
  const { rounds, seed } = options;
  const random = createSeededRandom(`browser ${seed}`);
  const startMs = performance.now();
  const ledger = createEditLedger([]);
  const faults = new Set<string>();
  let log: readonly string[] = [];
  let done = 0;
  const server = await servePage();
  const relay = await startRelay({ config: `allow_origin = "${server.origin}"\n` });
  await relay.stop();
  const url = `${server.origin}/?relay=${relay.address}`;
  const profile = createProfile();

  const noteFaults = (news: readonly string[]): void => {
    for (const fault of news) faults.add(fault);
  };

  const launch = async (): Promise<{ visitor: Visitor; page: Page }> => {
    const visitor = await profile.launch(`start ${done + 1}`);
    visitor.expectErrors(failedDials);
    const page = await openProbedBoard(visitor, url, ledger.take);
    log = await exportedOps(page);
    noteFaults([...ledger.check(log), ...findForks(log)]);
    return { visitor, page };
  };

  const playRound = async (): Promise<void> => {
    const { visitor, page } = await launch();
    const doneBefore = ledger.figures().done;
    const plan = { prefix: `s${done}`, inFlight: IN_FLIGHT, pauseMs: 0 };
    await page.evaluate((edits) => tabProbe.startEdits(edits), plan);
    await until('an edit is done', () => ledger.figures().done > doneBefore);
    await setTimeout(random.fraction() * LIFE_MAX_MS);
    await killBrowser(profile.folder);
    noteFaults(visitor.unexpectedErrors());
    await visitor.close().catch(() => undefined);
  };

  const figures = (): CrashBrowserFigures => {
    const { asked, done: doneEdits } = ledger.figures();
    const signers = new Set(log.map((text) => JSON.stringify(JSON.parse(text).author))).size;
    const seconds = Math.round((performance.now() - startMs) / 1000);
    return { rounds: done, asked, done: doneEdits, signers, faults: [...faults], seconds };
  };

  try {
    while (done < rounds) {
      await playRound();
      done += 1;
      options.onRound?.(figures());
    }
    const { visitor, page } = await launch();
    await relay.restart();
    await page.evaluate(() => document.dispatchEvent(new Event('resume')));
    await untilInSync(page);
    const reader = await dialAckPeer(relay.address);
    const relayLog = [...(await reader.readLog())].sort();
    reader.close();
    if (relayLog.join('\n') !== log.join('\n')) {
      faults.add(`the page holds ${log.length} ops, the relay ${relayLog.length}`);
    }
    await visitor.close();
  } catch (error) {
    faults.add(`the loop could not go on: ${error}`);
  } finally {
    await killBrowser(profile.folder);
    await server.close();
    await relay.dispose();
    profile.remove();
  }
  return figures();
}

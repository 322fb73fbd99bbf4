/**
 * What the parts need, made when it is first asked for and shared by all: data sets, a relay that
 * holds one, browser profiles, a worker to try the core in. Ends in reverse order.
 */

import type { Page } from 'playwright-core';
import { createDocument } from '../../worker/crdt/document.ts';
import { readOp } from '../../worker/crdt/op.ts';
import { createProfile, type Profile } from '../support/browser.ts';
import { type RelayProcess, startRelay } from '../support/relayProcess.ts';
import { readRustDump } from '../support/rustDump.ts';
import { servePage } from '../support/staticServer.ts';
import type { CoreTask, CoreTaskOutcome } from './browser/coreWorker.ts';
import type { Milestones } from './browser/pageProbe.ts';
import { bundleScript } from './browser/script.ts';
import { type BulkForm, type BulkSent, sendBulk } from './bulkClient.ts';
import { createWorkload, type Workload } from './workload.ts';

export interface ChromiumWorker {
  run(task: CoreTask): Promise<{ readonly elapsedMs: number }>;
}

export interface LoadedRelay extends BulkSent {
  readonly relay: RelayProcess;
}

/** Somebody with a profile on disk and a page that is looked at from inside. */
export interface Spectator {
  readonly profile: Profile;
  /** Opens a page in this profile's browser, which starts if it does not run. */
  open(url: string): Promise<WatchedPage>;
  /** Ends the browser; what is on disk stays. */
  closeBrowser(): Promise<void>;
}

/** A page, and what its main thread has cost so far. */
export interface WatchedPage {
  readonly page: Page;
  /** CPU time of the main thread's tasks since the page was opened: what noise changes least. */
  cpuMs(): Promise<number>;
}

/** Somebody whose replica has just taken in all of a relay's ops. */
export interface SyncedSpectator {
  readonly spectator: Spectator;
  readonly milestones: Milestones;
  readonly cpuMs: number;
}

export interface Setting {
  /** `pipeline-dump.json`: 3,159 ops of three Rust nodes. */
  readonly dump: () => Workload;
  /** So many ops as ours emit them; the same ones each time. */
  synthetic(count: number): Workload;
  /** A new relay that has taken the ops in by a bulk. */
  loadRelay(workload: Workload, form?: BulkForm): Promise<LoadedRelay>;
  /** One that holds `synthetic(count)`, shared. */
  syntheticRelay(count: number): Promise<LoadedRelay>;
  createSpectator(): Spectator;
  /** A new profile whose first page synced from a relay; its pages are closed again. */
  syncFresh(relay: RelayProcess, workload: Workload): Promise<SyncedSpectator>;
  /** One that holds `synthetic(count)`, from `syntheticRelay(count)`, shared. */
  syntheticSpectator(count: number): Promise<SyncedSpectator>;
  readonly chromiumWorker: () => Promise<ChromiumWorker>;
  end(): Promise<void>;
}

/** What most parts measure with. */
export const SYNTHETIC_OPS = 10_000;
/** What the goals are about. */
export const MANY_OPS = 100_000;
const pagePatienceMs = 300_000;

export function createSetting(): Setting {
  const endings: (() => unknown)[] = [];
  const probeScript = once(() => bundleScript('pageProbe.ts'));

  async function loadRelay(workload: Workload, form?: BulkForm): Promise<LoadedRelay> {
    const relay = await startRelay();
    endings.unshift(() => relay.dispose());
    return { relay, ...(await sendBulk(relay.address, workload.ops, form)) };
  }

  function createSpectator(): Spectator {
    const profile = createProfile();
    endings.unshift(() => profile.remove());
    let visitor: ReturnType<Profile['launch']> | null = null;
    const closeBrowser = async (): Promise<void> => {
      const closing = visitor;
      visitor = null;
      await (await closing)?.close();
    };
    endings.unshift(closeBrowser);
    return {
      profile,
      closeBrowser,
      async open(url) {
        visitor ??= profile.launch('the bench');
        const page = await (await visitor).open('about:blank');
        page.setDefaultTimeout(pagePatienceMs);
        await page.addInitScript(await probeScript());
        const devTools = await page.context().newCDPSession(page);
        await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
        await page.goto(url, { waitUntil: 'commit' });
        return {
          page,
          async cpuMs() {
            const { metrics } = await devTools.send('Performance.getMetrics');
            return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
          },
        };
      },
    };
  }

  async function syncFresh(relay: RelayProcess, workload: Workload): Promise<SyncedSpectator> {
    const spectator = createSpectator();
    const { page, cpuMs } = await spectator.open(relay.origin);
    const milestones = await page.evaluate(
      (items) => pageProbe.milestones(items, true),
      workload.visibleItems,
    );
    const pageCpuMs = await cpuMs();
    await page.close();
    return { spectator, milestones, cpuMs: pageCpuMs };
  }

  async function startChromiumWorker(): Promise<ChromiumWorker> {
    const server = await servePage();
    endings.unshift(() => server.close());
    const { page } = await createSpectator().open(`${server.origin}/icon.svg`);
    const worker = await page.evaluateHandle(
      (script) => new Worker(URL.createObjectURL(new Blob([script]))),
      await bundleScript('coreWorker.ts'),
    );
    return {
      async run(task) {
        const outcome = await worker.evaluate(
          (it, message) =>
            new Promise<CoreTaskOutcome>((resolve) => {
              it.onmessage = ({ data }: MessageEvent<CoreTaskOutcome>) => resolve(data);
              it.postMessage(message);
            }),
          task,
        );
        if (outcome.type === 'failed') throw new Error(outcome.detail);
        return outcome;
      },
    };
  }

  const synthetic = oncePerCount(createWorkload);
  const syntheticRelay = oncePerCount((count) => loadRelay(synthetic(count)));
  return {
    dump: once(readDump),
    synthetic,
    loadRelay,
    syntheticRelay,
    createSpectator,
    syncFresh,
    syntheticSpectator: oncePerCount(async (count) =>
      syncFresh((await syntheticRelay(count)).relay, synthetic(count)),
    ),
    chromiumWorker: once(startChromiumWorker),
    async end() {
      for (const end of endings) await end();
    },
  };
}

function readDump(): Workload {
  const document = createDocument();
  const ops = readRustDump().ops.map((text) => {
    const op = readOp(text);
    if (op.type === 'rejected') throw new Error(op.detail);
    document.apply(op);
    return op;
  });
  return { name: 'pipeline-dump', ops, visibleItems: document.items.view().length };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function oncePerCount<T>(make: (count: number) => T): (count: number) => T {
  const made = new Map<number, () => T>();
  return (count) => {
    const get = made.get(count) ?? once(() => make(count));
    made.set(count, get);
    return get();
  };
}

/**
 * The world of one browser test: relays, Rust-like peers and people with browsers. What a test
 * starts here ends with it, in reverse order. A console error that no test expected fails it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, test as base } from 'vitest';
import {
  createProfile,
  launchBrowser,
  newVisitor,
  type Profile,
  type Visitor,
  type VisitorOptions,
} from './browser.ts';
import { type HostSite, serveHostSite } from './hostPage.ts';
import { type RelayOptions, type RelayProcess, startRelay } from './relayProcess.ts';
import { type RustLikePeer, type RustLikePeerOptions, startRustLikePeer } from './rustLikePeer.ts';
import { root } from './sourceCode.ts';
import { type PageServerOptions, type StaticServer, servePage } from './staticServer.ts';

export interface World {
  startRelay(options?: RelayOptions): Promise<RelayProcess>;
  startRustLikePeer(options?: RustLikePeerOptions): Promise<RustLikePeer>;
  /** Serves the page without a relay. */
  servePage(options?: PageServerOptions): Promise<StaticServer>;
  /** Somebody else's site, on an origin of its own. */
  serveHostSite(): Promise<HostSite>;
  /** Somebody new, with an empty profile in memory. */
  newVisitor(name: string, options?: VisitorOptions): Promise<Visitor>;
  /** An empty profile on disk. */
  createProfile(): Profile;
  /** Somebody with this profile. */
  launch(profile: Profile, name: string): Promise<Visitor>;
}

let browser: Promise<Browser> | null = null;

afterAll(async () => {
  await (await browser)?.close();
});

export const test = base.extend('world', async ({ task }, { onCleanup }): Promise<World> => {
  const visitors: Visitor[] = [];
  const relays: RelayProcess[] = [];
  const endings: (() => Promise<unknown>)[] = [];
  const endsBy = <Thing>(thing: Thing, end: (thing: Thing) => unknown): Thing => {
    endings.unshift(async () => end(thing));
    return thing;
  };
  const welcome = (visitor: Visitor): Visitor => {
    visitors.push(visitor);
    return endsBy(visitor, (it) => it.close());
  };

  onCleanup(async () => {
    if (task.result?.state === 'fail') {
      await showPages(visitors, task.name);
      for (const relay of relays) console.log(`The relay wrote:\n${relay.output()}`);
    }
    const errors: string[] = [];
    for (const end of endings) {
      // One that fails must not leave the others running.
      await end().catch((error: unknown) => errors.push(String(error)));
    }
    errors.push(...visitors.flatMap((visitor) => visitor.unexpectedErrors()));
    if (errors.length > 0) throw new Error(`Unexpected errors:\n${errors.join('\n')}`);
  });

  return {
    async startRelay(options) {
      const relay = endsBy(await startRelay(options), (it) => it.dispose());
      relays.push(relay);
      return relay;
    },
    startRustLikePeer: async (options) =>
      endsBy(await startRustLikePeer(options), (it) => it.close()),
    servePage: async (options) => endsBy(await servePage(options), (it) => it.close()),
    serveHostSite: async () => endsBy(await serveHostSite(), (it) => it.close()),
    async newVisitor(name, options) {
      browser ??= launchBrowser();
      return welcome(await newVisitor(await browser, name, options));
    },
    createProfile: () => endsBy(createProfile(), (it) => it.remove()),
    launch: async (profile, name) => welcome(await profile.launch(name)),
  };
});

/** For whoever reads the failure: a picture of each open window and what is written in it. */
async function showPages(visitors: readonly Visitor[], title: string): Promise<void> {
  const folder = join(root, 'test-results');
  mkdirSync(folder, { recursive: true });
  for (const { name, pages } of visitors) {
    for (const [index, page] of pages.entries()) {
      const file = join(
        folder,
        `${title.slice(0, 60)} ${name} ${index}.png`.replace(/\W+(?!png)/g, '-'),
      );
      try {
        await page.screenshot({ path: file });
        const text = await page.locator('body').ariaSnapshot({ timeout: 2000 });
        console.log(`${name}, window ${index}, ${page.url()} (${file}):\n${text.slice(0, 2000)}`);
      } catch (error) {
        console.log(`${name}, window ${index}: no picture, ${error}`);
      }
    }
  }
}

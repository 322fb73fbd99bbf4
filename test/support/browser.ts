import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { requireChromium } from './chromium.ts';

/** A host name that leads here and that browsers do not trust as they trust 127.0.0.1. */
export const networkName = 'huskies.test';

const launchOptions = {
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Scripts that a test alters on their way count as the public internet's, which may not dial here.
    // The address bar's popup is two pages that nobody sees and that take 7 % of a core all the time.
    '--disable-features=LocalNetworkAccessChecks,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
    `--host-resolver-rules=MAP ${networkName} 127.0.0.1`,
  ],
};

/** Somebody with a browser profile of their own: own storage, own key, any number of windows. */
export interface Visitor {
  readonly name: string;
  readonly pages: readonly Page[];
  /** Opens a window. */
  open(url: string): Promise<Page>;
  /** Changes the replica worker's script on its way to the page; null: it does not arrive. */
  alterWorker(alter: (script: string) => string | null): Promise<void>;
  /** Says that these console errors belong to what the test does. All others fail it. */
  expectErrors(...patterns: readonly RegExp[]): void;
  /** Console errors and uncaught exceptions, of pages and their workers, that nobody expected. */
  unexpectedErrors(): readonly string[];
  /** Closes the windows; a profile on disk stays. Again, it does nothing. */
  close(): Promise<void>;
}

export interface VisitorOptions {
  /** Blocked if not said: a test that is about something else sees the files that are served. */
  readonly serviceWorkers?: 'allow' | 'block';
}

/** What a browser itself writes to the console for each failed dial. No page can prevent it. */
export const failedDials = /WebSocket connection to '.*' failed/;

/** Words of the curve's code and of an op's JSON, which no minifier touches. */
export const ofTheWorker = /[Ee]d25519|\b121665\b|signed_digest|is_deleted/;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...launchOptions, executablePath: requireChromium() });
}

/** A visitor in a running browser, with a profile that ends with them. */
export async function newVisitor(
  browser: Browser,
  name: string,
  options: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    acceptDownloads: true,
    serviceWorkers: options.serviceWorkers ?? 'block',
  });
  return watch(context, name);
}

export interface Profile {
  /** Chromium's user data directory. */
  readonly folder: string;
  /** Starts a browser on it. One at a time. */
  launch(name: string): Promise<Visitor>;
  remove(): void;
}

/** A profile on disk, which outlives the browsers that run on it. */
export function createProfile(): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'huskies-web-profile-'));
  return {
    folder,
    async launch(name) {
      const context = await chromium.launchPersistentContext(folder, {
        ...launchOptions,
        executablePath: requireChromium(),
        serviceWorkers: 'block',
      });
      return watch(context, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function watch(context: BrowserContext, name: string): Visitor {
  const errors: string[] = [];
  const expected: RegExp[] = [];
  let closing: Promise<void> | null = null;
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on('crash', () => errors.push('a page crashed'));
  });
  context.on('weberror', (error) => errors.push(`uncaught: ${error.error().stack}`));
  return {
    name,
    get pages() {
      return context.pages();
    },
    async open(url) {
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url);
      return page;
    },
    async alterWorker(alter) {
      await context.route('**/*.js', async (route) => {
        const response = await route.fetch();
        const script = await response.text();
        const altered = ofTheWorker.test(script) ? alter(script) : script;
        if (altered === null) await route.abort();
        else await route.fulfill({ response, body: altered });
      });
    },
    expectErrors(...patterns) {
      expected.push(...patterns);
    },
    unexpectedErrors: () =>
      [...new Set(errors)]
        .filter((text) => !expected.some((pattern) => pattern.test(text)))
        .map((text) => `${name}: ${text}`),
    close: () => {
      closing ??= context.unrouteAll({ behavior: 'ignoreErrors' }).then(() => context.close());
      return closing;
    },
  };
}

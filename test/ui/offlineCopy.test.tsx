// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { watchInstallOffer } from '../../src/app/installOffer.ts';
import { createOfflineCopy, OFF_KEY } from '../../src/app/offlineCopy.ts';
import { root } from '../support/sourceCode.ts';

/** A browser's service workers, moved by hand. */
function createFakeWorkers(options: { readonly fails?: boolean } = {}) {
  const sent: unknown[] = [];
  const registration = Object.assign(new EventTarget(), {
    active: null as object | null,
    waiting: null as object | null,
    installing: null as EventTarget | null,
    update: vi.fn(async () => {}),
    unregister: vi.fn(async () => true),
  });
  const container = Object.assign(new EventTarget(), {
    controller: null as object | null,
    register: vi.fn(async () => {
      if (options.fails) throw new Error('no worker');
      return registration;
    }),
    getRegistration: async () => registration,
  });
  const step = (change: () => void): void => {
    const worker = new EventTarget();
    registration.installing = worker;
    registration.dispatchEvent(new Event('updatefound'));
    registration.installing = null;
    change();
    worker.dispatchEvent(new Event('statechange'));
  };
  return {
    container: container as unknown as ServiceWorkerContainer,
    registration,
    sent,
    /** A version is installed: it runs if it is the first, else it waits. */
    install: () =>
      step(() => {
        if (registration.active === null) registration.active = {};
        else registration.waiting = { postMessage: (message: unknown) => sent.push(message) };
      }),
    takeOver: () => {
      registration.waiting = null;
      container.controller = {};
      container.dispatchEvent(new Event('controllerchange'));
    },
  };
}

function createFakeFiles(names: readonly string[]) {
  const left = new Set(names);
  const files = { keys: async () => [...left], delete: async (name: string) => left.delete(name) };
  return { files: files as unknown as CacheStorage, left };
}

async function started(options: { readonly fails?: boolean } = {}) {
  localStorage.clear();
  const fake = createFakeWorkers(options);
  const { files, left } = createFakeFiles(['huskies-precache-v2', 'somebody-elses']);
  const looks: (() => void)[] = [];
  let nowMs = 0;
  const copy = createOfflineCopy({
    workers: fake.container,
    files,
    storage: localStorage,
    onLookedAt: (look) => looks.push(look),
    nowMs: () => nowMs,
  });
  await vi.waitFor(() => expect(fake.container.register).toHaveBeenCalled());
  await Promise.resolve();
  const lookAfter = (ms: number): void => {
    nowMs += ms;
    for (const look of looks) look();
  };
  return { ...fake, copy, left, lookAfter };
}

test('APP1 the copy is kept when its first worker runs, and that is no update', async () => {
  const { copy, install, takeOver } = await started();
  expect(copy.state()).toEqual({ name: 'starting' });
  install();
  expect(copy.state()).toEqual({ name: 'kept' });
  takeOver();
  expect(copy.state()).toEqual({ name: 'kept' });
});

test('APP2 a new version waits until it is let in, and then this tab has been replaced', async () => {
  const { copy, install, takeOver, sent } = await started();
  install();
  takeOver();
  install();
  expect(copy.state()).toEqual({ name: 'update-waits' });
  expect(sent).toEqual([]);
  copy.update();
  expect(sent).toEqual([{ type: 'SKIP_WAITING' }]);
  takeOver();
  expect(copy.state()).toEqual({ name: 'replaced' });
  install();
  expect(copy.state()).toEqual({ name: 'replaced' });
});

test('APP3 remove takes the worker and its own caches, and the copy stays away until keep', async () => {
  const { copy, install, left, registration, container } = await started();
  install();
  await copy.remove();
  expect(copy.state()).toEqual({ name: 'none', reason: 'not-wanted' });
  expect([...left]).toEqual(['somebody-elses']);
  expect(registration.unregister).toHaveBeenCalledOnce();
  expect(localStorage.getItem(OFF_KEY)).toBe('off');
  await copy.keep();
  expect(container.register).toHaveBeenCalledTimes(2);
  expect(copy.state()).toEqual({ name: 'kept' });
});

test('APP4 without service workers, or where one cannot be had, there is no copy and nothing throws', async () => {
  const none = createOfflineCopy({
    workers: null,
    files: null,
    storage: null,
    onLookedAt: () => {},
    nowMs: () => 0,
  });
  expect(none.state()).toEqual({ name: 'none', reason: 'not-offered' });
  none.update();
  await none.remove();
  const { copy } = await started({ fails: true });
  await vi.waitFor(() => expect(copy.state()).toEqual({ name: 'none', reason: 'failed' }));
});

test('APP5 a new version is looked for when the page is looked at, half an hour apart at least', async () => {
  const { install, lookAfter, registration } = await started();
  install();
  lookAfter(29 * 60_000);
  expect(registration.update).toHaveBeenCalledTimes(0);
  lookAfter(60_000);
  lookAfter(60_000);
  expect(registration.update).toHaveBeenCalledTimes(1);
});

test('APP7 the install offer is kept until it is asked for, once', () => {
  const target = new EventTarget();
  const offer = watchInstallOffer(target);
  const prompt = vi.fn(async () => {});
  expect(offer.isOffered()).toBe(false);
  const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
  target.dispatchEvent(event);
  expect([offer.isOffered(), event.defaultPrevented]).toEqual([true, true]);
  offer.install();
  offer.install();
  expect([offer.isOffered(), prompt.mock.calls.length]).toEqual([false, 1]);
});

test('APP8 the manifest names icons that are of the size it says, one of them maskable', () => {
  const text = readFileSync(join(root, 'public/app.webmanifest'), 'utf8');
  const { icons } = JSON.parse(text) as {
    readonly icons: readonly { readonly src: string; readonly sizes: string; purpose?: string }[];
  };
  const pngs = icons.filter(({ src }) => src.endsWith('.png'));
  const real = pngs.map(({ src }) => {
    const bytes = readFileSync(join(root, 'public', src));
    return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
  });
  expect(real).toEqual(pngs.map(({ sizes }) => sizes));
  expect(pngs.map(({ sizes, purpose }) => `${sizes} ${purpose ?? 'any'}`)).toEqual([
    '192x192 any',
    '512x512 any',
    '512x512 maskable',
  ]);
});

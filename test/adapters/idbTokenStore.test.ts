import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { createIdbTokenStore } from '../../worker/adapters/idbTokenStore.ts';

afterEach(() => vi.unstubAllGlobals());

test('AUTH21 the browser keeps a token for an address until it is forgotten', async () => {
  const store = createIdbTokenStore('tokens 1');
  await store.write('ws://one/crdt-sync', 'first');
  await store.write('ws://two/crdt-sync', 'second');
  await store.write('ws://one/crdt-sync', 'third');
  const other = createIdbTokenStore('tokens 1');
  expect(await other.read('ws://one/crdt-sync')).toBe('third');
  await other.write('ws://one/crdt-sync', null);
  expect([await store.read('ws://one/crdt-sync'), await store.read('ws://two/crdt-sync')]).toEqual([
    null,
    'second',
  ]);
});

test('AUTH21 where there is no storage nothing is kept, and nothing throws', async () => {
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('no storage here', 'SecurityError');
    },
  });
  const store = createIdbTokenStore('tokens 2');
  await store.write('ws://one/crdt-sync', 'first');
  expect(await store.read('ws://one/crdt-sync')).toBe(null);
});

/** The worker: everything put together for a browser, and offered to the page through Comlink. */

import { expose } from 'comlink';
import { openIdbOpStore } from './adapters/idbOpStore.ts';
import { createMemoryOpStore } from './adapters/memoryOpStore.ts';
import { createNobleSigner } from './adapters/nobleSigner.ts';
import { consoleLogger, systemClock, systemRandom } from './adapters/system.ts';
import { createTabChannel } from './adapters/tabChannel.ts';
import { createWebCryptoVerifier } from './adapters/webCryptoVerifier.ts';
import { createWebLock } from './adapters/webLock.ts';
import { webSocketDialler } from './adapters/webSocketDialler.ts';
import { createTab } from './tab.ts';

const tab = createTab({
  createLock: createWebLock,
  createChannel: createTabChannel,
  openStore: openIdbOpStore,
  createMemoryStore: createMemoryOpStore,
  createSigner: createNobleSigner,
  verifier: createWebCryptoVerifier(systemClock),
  dialler: webSocketDialler,
  clock: systemClock,
  random: systemRandom,
  logger: consoleLogger,
});

addEventListener('online', () => void tab.wake());
expose(tab);

/** The worker: everything put together for a browser, and offered to the page through Comlink. */

import { expose } from 'comlink';
import checkWorkerScript from './adapters/checkWorker.ts?worker&url';
import { openIdbOpStore } from './adapters/idbOpStore.ts';
import { createIdbTokenStore } from './adapters/idbTokenStore.ts';
import { createMemoryOpStore } from './adapters/memoryOpStore.ts';
import { type CheckWorker, createRemoteCheck } from './adapters/remoteCheck.ts';
import { startWorker } from './adapters/startWorker.ts';
import { consoleLogger, systemClock, systemRandom } from './adapters/system.ts';
import { createTabChannel } from './adapters/tabChannel.ts';
import { createWebCryptoCheck } from './adapters/webCryptoCheck.ts';
import { createWebCryptoSigner } from './adapters/webCryptoSigner.ts';
import { createWebCryptoVerifier } from './adapters/webCryptoVerifier.ts';
import { createWebLock } from './adapters/webLock.ts';
import { webSocketDialler } from './adapters/webSocketDialler.ts';
import { createTab } from './tab.ts';

const checkSignatures = createRemoteCheck(createCheckWorker, createWebCryptoCheck());

const tab = createTab({
  createLock: createWebLock,
  createChannel: createTabChannel,
  openStore: openIdbOpStore,
  createMemoryStore: createMemoryOpStore,
  createSigner: createWebCryptoSigner,
  verifier: createWebCryptoVerifier(systemClock, checkSignatures),
  dialler: webSocketDialler,
  tokens: createIdbTokenStore(),
  clock: systemClock,
  random: systemRandom,
  logger: consoleLogger,
});

addEventListener('online', () => void tab.wake());
expose(tab);

/** null: this browser has no workers in workers, or this page forbids them. */
function createCheckWorker(): CheckWorker | null {
  try {
    return startWorker(checkWorkerScript);
  } catch {
    return null;
  }
}

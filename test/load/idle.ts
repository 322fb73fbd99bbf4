import { setTimeout as delay } from 'node:timers/promises';
import { startRelay } from '../support/relayProcess.ts';
import { dialLoadClient, dialLoadClients, type LoadClient } from './loadClient.ts';
import { residentBytesOf } from './processUse.ts';

/** Connections that come and go before, so that what only the first ones take is not counted. */
const WARM_UP = 200;
/** Until the engine has given back what opening took. */
const SETTLE_MS = 10_000;

/**
 * Bytes of the relay's resident memory for each connection that is synced and does nothing.
 * `pipelines`: over how many they are spread.
 */
export async function measureIdle(count: number, pipelines: number): Promise<number> {
  const relay = await startRelay({ config: `max_pipelines = ${pipelines + 1}\n` });
  const dial = (client: number): Promise<LoadClient> =>
    dialLoadClient(pipelines === 1 ? relay.address : `${relay.address}/p${client % pipelines}`);
  const settled = async (): Promise<number> => {
    await delay(SETTLE_MS);
    return residentBytesOf(relay.pid());
  };
  try {
    const first = await dialLoadClients(WARM_UP, () => dialLoadClient(relay.address));
    await Promise.all(first.map(({ synced }) => synced));
    for (const client of first) client.close();
    await Promise.all(first.map(({ closed }) => closed));
    const before = await settled();
    const clients = await dialLoadClients(count, dial);
    await Promise.all(clients.map(({ synced }) => synced));
    const after = await settled();
    for (const client of clients) client.close();
    return (after - before) / count;
  } finally {
    await relay.dispose();
  }
}

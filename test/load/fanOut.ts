import { startRelay } from '../support/relayProcess.ts';
import { type Crowd, type CrowdOptions, gatherCrowd } from './crowd.ts';
import { dialLoadClient } from './loadClient.ts';
import { cpuMsOf, residentBytesOf } from './processUse.ts';

/** Many clients of one pipeline at one relay. */
export interface FanOutOptions extends Pick<CrowdOptions, 'opsPerSecond' | 'seconds' | 'padding'> {
  readonly clients: number;
  /** One more client that connects and reads nothing. */
  readonly hasStalled?: boolean;
}

export interface FanOut extends Crowd {
  readonly residentBytes: number;
}

export async function measureFanOut(options: FanOutOptions): Promise<FanOut> {
  const relay = await startRelay();
  try {
    const crowd = await gatherCrowd({
      ...options,
      addresses: Array.from({ length: options.clients }, () => relay.address),
      pipelines: 1,
      async onReady() {
        if (options.hasStalled) (await dialLoadClient(relay.address)).socket.pause();
      },
      cpuMs: () => cpuMsOf(relay.pid()),
    });
    const residentBytes = residentBytesOf(relay.pid());
    crowd.close();
    return { ...crowd, residentBytes };
  } finally {
    await relay.dispose();
  }
}

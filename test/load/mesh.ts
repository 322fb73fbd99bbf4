import { findNatsServer, startNatsServer } from '../support/natsServer.ts';
import { type RelayProcess, startRelay } from '../support/relayProcess.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { cpuMsOf, residentBytesOf } from './processUse.ts';

/** Pages of many pipelines, spread over several relays that share a stream. */
export interface MeshOptions {
  readonly clients: number;
  readonly pipelines: number;
  readonly relays: number;
  readonly opsPerSecond: number;
  readonly seconds: number;
}

export interface Mesh extends Crowd {
  /** Of all relays. */
  readonly residentBytes: number;
}

/** Load of the relays; the broker's is not counted. null: there is no nats-server. */
export async function measureMesh(options: MeshOptions): Promise<Mesh | null> {
  const program = findNatsServer();
  if (program === null) return null;
  const broker = await startNatsServer(program);
  const relays: RelayProcess[] = [];
  const sum = (of: (pid: number) => number): number =>
    relays.reduce((all, relay) => all + of(relay.pid()), 0);
  try {
    const config = `backplane = ["${broker.address}"]\n`;
    while (relays.length < options.relays) relays.push(await startRelay({ config }));
    const { pipelines } = options;
    const crowd = await gatherCrowd({
      ...options,
      // So that each pipeline has pages at each relay.
      addresses: Array.from({ length: options.clients }, (_, index) => {
        const relay = relays[Math.floor(index / pipelines) % relays.length];
        return `${relay?.address}/p${index % pipelines}`;
      }),
      cpuMs: () => sum(cpuMsOf),
    });
    const residentBytes = sum(residentBytesOf);
    crowd.close();
    return { ...crowd, residentBytes };
  } finally {
    for (const relay of relays) await relay.dispose();
    await broker.dispose();
  }
}

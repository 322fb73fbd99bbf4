import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nodeClock, nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { startRelay } from '../../worker/relay/relay.ts';
import { DEFAULT_CONFIG, type RelayConfig } from '../../worker/relay/settings.ts';
import { createMemoryLogger, type MemoryLogger } from './memoryLogger.ts';

/** A whole relay in this process, on a free port and in a folder of its own, until the test ends. */

export interface StartedRelay {
  readonly address: string;
  readonly logger: MemoryLogger;
  /** Lines of its log with this message. */
  told(message: string): number;
  /** What `/metrics` has of a series, without `huskies_relay_`; 0: nothing. */
  counted(series: string): Promise<number>;
  /** How often this limit was met. */
  hits(limit: string): Promise<number>;
}

/** `accessList`: contents of the access file. `pageFolder`: the built page; none if not said. */
export async function startTestRelay(
  config: Partial<RelayConfig> = {},
  accessList?: string,
  pageFolder = '/nowhere',
): Promise<StartedRelay> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-limits-'));
  const access = accessList === undefined ? null : join(folder, 'access.toml');
  if (access !== null) await writeFile(access, accessList ?? '');
  const logger = createMemoryLogger();
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, data: join(folder, 'data'), access, ...config },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  onTestFinished(async () => {
    await relay.close();
    await rm(folder, { recursive: true });
  });
  const counted = async (series: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${relay.port}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`huskies_relay_${series} `));
    return Number(line?.split(' ')[1] ?? 0);
  };
  return {
    address: `ws://127.0.0.1:${relay.port}/crdt-sync`,
    logger,
    told: (message) => logger.lines.filter((line) => line.message === message).length,
    counted,
    hits: (limit) => counted(`limit_hits_total{limit="${limit}"}`),
  };
}

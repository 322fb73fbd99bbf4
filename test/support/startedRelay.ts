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
  /** What `/metrics` counts of this limit. */
  hits(limit: string): Promise<number>;
}

/** `accessList`: contents of the access file. */
export async function startTestRelay(
  config: Partial<RelayConfig> = {},
  accessList?: string,
): Promise<StartedRelay> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-limits-'));
  const access = accessList === undefined ? null : join(folder, 'access.toml');
  if (access !== null) await writeFile(access, accessList ?? '');
  const logger = createMemoryLogger();
  const relay = await startRelay(
    { ...DEFAULT_CONFIG, port: 0, data: join(folder, 'data'), access, ...config },
    { clock: nodeClock, random: nodeRandom, logger, pageFolder: '/nowhere' },
  );
  if (relay.type !== 'running') throw new Error(relay.detail);
  onTestFinished(async () => {
    await relay.close();
    await rm(folder, { recursive: true });
  });
  return {
    address: `ws://127.0.0.1:${relay.port}/crdt-sync`,
    logger,
    told: (message) => logger.lines.filter((line) => line.message === message).length,
    async hits(limit) {
      const text = await (await fetch(`http://127.0.0.1:${relay.port}/metrics`)).text();
      const line = new RegExp(`^huskies_relay_limit_hits_total\\{limit="${limit}"\\} (\\d+)`, 'm');
      return Number(line.exec(text)?.[1] ?? 0);
    },
  };
}

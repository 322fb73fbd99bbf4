/** `huskies-web/relay`: a relay inside another Node program. */
import { join } from 'node:path';
import type { Logger } from '../ports.ts';
import { nodeClock, nodeRandom } from './nodeSystem.ts';
import { createPinoLogger } from './pinoLogger.ts';
import { type RelayStart, startRelay } from './relay.ts';
import { DEFAULT_CONFIG, type RelayConfig } from './settings.ts';

export type { RelayStart } from './relay.ts';
export type { RelayConfig } from './settings.ts';

export interface RunRelayOptions extends Partial<RelayConfig> {
  /** Folder for everything the relay keeps. One process at a time. */
  readonly data: string;
  /** If not said, lines of JSON on standard error. */
  readonly logger?: Logger;
}

/** As `node main.js` without flags, but for what is said here. Serves the page that came along. */
export function runRelay({ logger, ...said }: RunRelayOptions): Promise<RelayStart> {
  return startRelay(
    { ...DEFAULT_CONFIG, ...said },
    {
      clock: nodeClock,
      random: nodeRandom,
      logger: logger ?? createPinoLogger(process.stderr),
      // From `worker/relay` and from `dist/relay`.
      pageFolder: join(import.meta.dirname, '../../dist/page'),
    },
  );
}

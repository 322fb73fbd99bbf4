import { wholeNumber } from './settingKinds.ts';
import type { Setting } from './settings.ts';

/** How much the relay takes of others. */

const most = (key: string, fallback: number, help: string): Setting<number> => ({
  key,
  flag: key.replaceAll('_', '-'),
  kind: wholeNumber('NUMBER', 1, 1_000_000),
  fallback,
  help,
});

export const LIMIT_SETTINGS = {
  maxConnections: most('max_connections', 8192, 'connections at once'),
  maxConnectionsPerAddress: most(
    'max_connections_per_address',
    256,
    'connections at once from one address; not counted on this machine, where a proxy may be',
  ),
} as const;

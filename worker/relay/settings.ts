import { ACCESS_SETTINGS } from './access/accessSettings.ts';
import { BACKPLANE_SETTINGS } from './backplane/backplaneSettings.ts';
import { LIMIT_SETTINGS } from './limitSettings.ts';
import { METRICS_SETTINGS } from './metricsSettings.ts';
import { type Kind, nodeAddresses, origins, path, text, wholeNumber } from './settingKinds.ts';

/**
 * Everything the relay can be told. Flags, environment, file, `--help`, `--print-config` and the table
 * in docs/operating.md follow from this table; a further setting is a further entry.
 */

export interface Setting<Value> {
  /** In the file; in the environment `HUSKIES_WEB_` and this in capitals. */
  readonly key: string;
  /** Without dashes. Secrets have none: other users of the machine see command lines. */
  readonly flag: string | null;
  readonly kind: Kind<Value>;
  readonly fallback: Value;
  /** A phrase that begins in lower case. */
  readonly help: string;
  /** Its value is shown nowhere. */
  readonly isSecret?: true;
}

export type SettingTable = { readonly [name: string]: Setting<unknown> };

export type ValuesOf<Table extends SettingTable> = {
  readonly [Name in keyof Table]: Table[Name]['fallback'];
};

export const SETTINGS = {
  host: setting({
    key: 'host',
    flag: 'host',
    kind: text('HOST'),
    fallback: '127.0.0.1',
    help: 'address to listen on; `0.0.0.0` for all',
  }),
  port: setting({
    key: 'port',
    flag: 'port',
    kind: wholeNumber('PORT', 0, 65535),
    fallback: 3001,
    help: 'port to listen on; `0`: any free one, printed at the start',
  }),
  data: setting({
    key: 'data',
    flag: 'data',
    kind: path('FOLDER'),
    fallback: 'data',
    help: 'folder for everything the relay keeps',
  }),
  rendezvous: setting({
    key: 'rendezvous',
    flag: 'rendezvous',
    kind: nodeAddresses,
    fallback: [],
    help: 'nodes to connect to, for the pipeline `default`, such as `ws://host:3001/crdt-sync`',
  }),
  allowedOrigins: setting({
    key: 'allow_origin',
    flag: 'allow-origin',
    kind: origins,
    fallback: [],
    help: 'sites whose pages may sync, such as `https://dashboard.example`',
  }),
  frameAncestors: setting({
    key: 'frame_ancestors',
    flag: 'frame-ancestor',
    kind: origins,
    fallback: [],
    help: 'sites that may show `embed.html` in a frame',
  }),
  ...ACCESS_SETTINGS,
  ...METRICS_SETTINGS,
  ...LIMIT_SETTINGS,
  ...BACKPLANE_SETTINGS,
} satisfies SettingTable;

export type RelayConfig = ValuesOf<typeof SETTINGS>;

export const DEFAULT_CONFIG: RelayConfig = defaultsOf(SETTINGS);

export function defaultsOf<Table extends SettingTable>(table: Table): ValuesOf<Table> {
  const pairs = Object.entries(table).map(([name, { fallback }]) => [name, fallback]);
  return Object.fromEntries(pairs) as ValuesOf<Table>;
}

/** Before each name in the environment. */
export const ENVIRONMENT_PREFIX = 'HUSKIES_WEB_';

export function environmentName({ key }: { readonly key: string }): string {
  return `${ENVIRONMENT_PREFIX}${key.toUpperCase()}`;
}

function setting<Value>(entry: Setting<Value>): Setting<Value> {
  return entry;
}

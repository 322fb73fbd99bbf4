import { isIPv6 } from 'node:net';
import { type Kind, path } from './settingKinds.ts';
import type { Setting } from './settings.ts';

/** Where a relay tells what it counts, beside its own port. The token is in a file of its own. */

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i;

const listenAddress: Kind<string> = {
  takes: 'HOST:PORT',
  must: 'an address and a port such as 10.0.0.5:9464 or [::1]:9464',
  isList: false,
  isPath: false,
  fromText: (text) => text,
  read: (value) =>
    typeof value === 'string' && parseListenAddress(value) !== null ? { value } : { wrong: value },
};

/** null: it is none. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, bracketed, name, digits] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? name;
  if (host === undefined || port > 65_535) return null;
  return bracketed !== undefined && !isIPv6(bracketed) ? null : { host, port };
}

const metricsListen: Setting<string | null> = {
  key: 'metrics_listen',
  flag: 'metrics-listen',
  kind: listenAddress,
  fallback: null,
  help: 'a further address that answers `/metrics`, also to other machines, such as `10.0.0.5:9464`',
};

const metricsTokenFile: Setting<string | null> = {
  key: 'metrics_token_file',
  flag: 'metrics-token-file',
  kind: path('FILE'),
  fallback: null,
  help: 'a file with the token that must be shown there',
};

export const METRICS_SETTINGS = { metricsListen, metricsTokenFile };

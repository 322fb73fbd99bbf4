import { addressList, type Kind, path, wholeNumber } from '../settingKinds.ts';
import type { Setting } from '../settings.ts';

/** What a relay is told about the broker between relays. The credentials are in a file of their own. */

const natsAddresses: Kind<readonly string[]> = addressList(
  'a nats:// or tls:// address such as nats://10.0.0.5:4222, or a list of them',
  (address) => {
    if (!URL.canParse(address)) return false;
    const { protocol, hostname, pathname, search, hash } = new URL(address);
    const isBare = /^\/?$/.test(pathname) && search === '' && hash === '';
    return (protocol === 'nats:' || protocol === 'tls:') && hostname !== '' && isBare;
  },
);

const streamName: Kind<string> = {
  takes: 'NAME',
  must: 'up to 32 letters, digits, - and _',
  isList: false,
  isPath: false,
  fromText: (text) => text,
  read: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9_-]{1,32}$/.test(value) ? { value } : { wrong: value },
};

const backplane: Setting<readonly string[]> = {
  key: 'backplane',
  flag: 'backplane',
  kind: natsAddresses,
  fallback: [],
  help: 'NATS servers with JetStream that join several relays, such as `nats://10.0.0.5:4222`',
};

const backplaneStream: Setting<string> = {
  key: 'backplane_stream',
  flag: 'backplane-stream',
  kind: streamName,
  fallback: 'huskies',
  help: 'name of the stream; relays with the same one share their pipelines',
};

const backplaneReplicas: Setting<number> = {
  key: 'backplane_replicas',
  flag: 'backplane-replicas',
  kind: wholeNumber('NUMBER', 1, 5),
  fallback: 1,
  help: 'brokers that keep the stream, if this relay makes it; 3 in a cluster',
};

const backplaneCredentials: Setting<string | null> = {
  key: 'backplane_credentials_file',
  flag: 'backplane-credentials-file',
  kind: path('FILE'),
  fallback: null,
  help: 'who the relay is to the NATS servers: a `.creds` file, or TOML with `user` and `password`, `token` or `nkey`',
};

export const BACKPLANE_SETTINGS = {
  backplane,
  backplaneStream,
  backplaneReplicas,
  backplaneCredentials,
} as const;

export type BackplaneConfig = {
  readonly [Name in keyof typeof BACKPLANE_SETTINGS]: (typeof BACKPLANE_SETTINGS)[Name]['fallback'];
};

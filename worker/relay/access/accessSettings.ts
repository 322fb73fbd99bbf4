import { type Kind, path } from '../settingKinds.ts';
import type { Setting } from '../settings.ts';
import type { AuthRule } from './door.ts';

/** What a relay is told about who may connect. None of it is a secret. */

const RULES: readonly AuthRule[] = ['open', 'token', 'keys'];

const rule: Kind<AuthRule> = {
  takes: 'RULE',
  must: 'open, token or keys',
  isList: false,
  isPath: false,
  fromText: (text) => text,
  read(value) {
    const known = RULES.find((one) => one === value);
    return known === undefined ? { wrong: value } : { value: known };
  },
};

/** Each once. A proof is checked for each of them. */
const HOSTS_MAX = 16;

const hosts: Kind<readonly string[]> = {
  takes: 'HOST',
  must: `a host as in an address, such as relay.example or relay.example:8443, or up to ${HOSTS_MAX} of them`,
  isList: true,
  isPath: false,
  fromText: (text) => text,
  read(value) {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    const wrong = all.find((one) => typeof one !== 'string' || !isHost(one));
    if (wrong !== undefined) return { wrong };
    return all.length > HOSTS_MAX
      ? { wrong: all.length }
      : { value: [...new Set(all as string[])] };
  },
};

/** As `URL.host` writes it for one of the two schemes. */
function isHost(text: string): boolean {
  return ['ws', 'wss'].some((scheme) => {
    const address = `${scheme}://${text}/`;
    return URL.canParse(address) && new URL(address).host === text;
  });
}

const auth: Setting<AuthRule | null> = {
  key: 'auth',
  flag: 'auth',
  kind: rule,
  fallback: null,
  help: 'who may connect: `open` everybody, `token` or `keys` those in the access file; on loopback `open` if not said, elsewhere it must be said',
};

const access: Setting<string | null> = {
  key: 'access',
  flag: 'access',
  kind: path('FILE'),
  fallback: null,
  help: 'the access file: tokens, keys and addresses that may connect, with their roles and pipelines',
};

const publicHosts: Setting<readonly string[]> = {
  key: 'public_hosts',
  flag: 'public-host',
  kind: hosts,
  fallback: [],
  help: 'names that peers call this relay by, such as `relay.example`, for `keys` behind a proxy or NAT',
};

const rendezvousTokens: Setting<string | null> = {
  key: 'rendezvous_token_file',
  flag: 'rendezvous-token-file',
  kind: path('FILE'),
  fallback: null,
  help: 'a file with tokens to show to `rendezvous` nodes that ask for one',
};

export const ACCESS_SETTINGS = { auth, access, publicHosts, rendezvousTokens } as const;

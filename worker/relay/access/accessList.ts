import { BlockList, isIP } from 'node:net';
import { parse, TomlError } from 'smol-toml';
import { toBytes } from '../../crdt/bytes.ts';
import { isSmallOrder } from '../../crdt/identity.ts';
import { isEntryTable, lineOfEntry } from './entryLines.ts';

/**
 * Who may have what: the access file, read strictly. It holds no secret but the hashes of tokens, so
 * a typing error must not pass for a rule: what is not understood refuses the whole file.
 */

/** What a higher role may, a lower one may not; `admin` may what `write` may, and ask the relay itself. */
export const ROLES = ['read', 'write', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What lets a peer in. */
export type Shown =
  /** `id`: the token's SHA-256, 64 hex digits. */
  | { readonly type: 'token'; readonly id: string }
  /** `id`: the public key, 64 hex digits. */
  | { readonly type: 'key'; readonly id: string }
  /** `id`: an IP address. */
  | { readonly type: 'address'; readonly id: string };

export interface AccessEntry {
  /** For the log. */
  readonly name: string;
  readonly role: Role;
  readonly pipelines: '*' | readonly string[];
}

export interface AccessList {
  /** All entries of what was shown, whatever the pipeline. */
  entriesOf(shown: Shown): readonly AccessEntry[];
  /** SHA-256 of each token, 64 hex digits. */
  readonly tokenHashes: readonly string[];
}

export type AccessReading = { readonly list: AccessList } | { readonly fault: string };

/** The entry for this pipeline, if there is one. */
export function entryFor(
  entries: readonly AccessEntry[],
  pipeline: string,
): AccessEntry | undefined {
  return entries.find(({ pipelines }) => pipelines === '*' || pipelines.includes(pipeline));
}

export function mayWrite(entry: AccessEntry | undefined): boolean {
  return entry !== undefined && entry.role !== 'read';
}

/** `path`: for what is said about a fault, which begins with file and line. */
export function parseAccessList(path: string, text: string): AccessReading {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return { fault: `${path}, line ${error.line}: not TOML: ${what}` };
  }
  const maps = { token: new Map(), key: new Map() } as const satisfies {
    readonly [type: string]: Map<string, AccessEntry[]>;
  };
  const subnets: {
    readonly id: string;
    readonly subnet: BlockList;
    readonly entry: AccessEntry;
  }[] = [];
  for (const [table, entries] of Object.entries(document)) {
    const at = (index: number): string => `${path}, line ${lineOfEntry(text, table, index)}`;
    if (!isEntryTable(table)) {
      return { fault: `${at(0)}: ${table} is none of [[token]], [[key]] and [[address]]` };
    }
    if (!Array.isArray(entries)) return { fault: `${at(0)}: write [[${table}]], once an entry` };
    for (const [index, fields] of entries.entries()) {
      const read = readEntry(table, fields);
      if ('fault' in read) return { fault: `${at(index)}: ${read.fault}` };
      const { id, entry } = read;
      if (table === 'address') {
        const isTwice = subnets.some((other) => other.id === id && overlap(other.entry, entry));
        if (isTwice) return { fault: `${at(index)}: this address is there twice for one pipeline` };
        subnets.push({ id, subnet: toSubnet(id), entry });
        continue;
      }
      const others: AccessEntry[] = maps[table].get(id) ?? [];
      const twice = others.some((other) => overlap(other, entry));
      if (twice) return { fault: `${at(index)}: this ${table} is there twice for one pipeline` };
      maps[table].set(id, [...others, entry]);
    }
  }
  return {
    list: {
      tokenHashes: [...maps.token.keys()],
      entriesOf({ type, id }) {
        if (type !== 'address') return maps[type].get(id) ?? [];
        const address = plainAddress(id);
        const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
        return subnets
          .filter(({ subnet }) => subnet.check(address, family))
          .map(({ entry }) => entry);
      },
    },
  };
}

/** `::ffff:10.0.0.1`, as a socket for both families has it, is 10.0.0.1. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

type EntryReading =
  | { readonly id: string; readonly entry: AccessEntry }
  | { readonly fault: string };

const ID_FIELDS = { token: 'sha256', key: 'key', address: 'cidr' } as const;

function readEntry(table: keyof typeof ID_FIELDS, fields: unknown): EntryReading {
  if (typeof fields !== 'object' || fields === null) return { fault: `[[${table}]] is no table` };
  const idField = ID_FIELDS[table];
  const known = [idField, 'name', 'role', 'pipelines'];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) return { fault: `[[${table}]] has no ${unknown}` };
  const { [idField]: id, name, role, pipelines }: Record<string, unknown> = { ...fields };
  const fault = (field: string, must: string): EntryReading => ({
    fault: `${field} of [[${table}]] must be ${must}`,
  });
  if (typeof id !== 'string') return fault(idField, 'there');
  if (table === 'address') {
    if (!isCidr(id)) return fault(idField, 'an address or a network such as 10.0.0.0/8');
  } else if (!/^[0-9a-f]{64}$/.test(id)) {
    return fault(idField, '64 hex digits in lower case');
  } else if (table === 'key' && isSmallOrder(toBytes(id))) {
    return fault(idField, 'a key that only its owner can sign with');
  }
  const label = name ?? (table === 'address' ? id : undefined);
  if (typeof label !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(label)) {
    return fault('name', 'a text of 1 to 64 characters');
  }
  if (!isRole(role)) return fault('role', '"read", "write" or "admin"');
  if (pipelines !== '*' && !isPipelineList(pipelines)) {
    return fault('pipelines', '"*" or a list of pipeline names');
  }
  return { id, entry: { name: label, role, pipelines } };
}

function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

function isPipelineList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string' && /^[a-z0-9-]{1,64}$/.test(name))
  );
}

function overlap(one: AccessEntry, other: AccessEntry): boolean {
  const { pipelines } = other;
  if (one.pipelines === '*' || pipelines === '*') return true;
  return one.pipelines.some((name) => pipelines.includes(name));
}

function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  // A zone, as in `fe80::1%eth0`, would not be looked at.
  if (version === 0 || rest.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widthOf(address));
}

function toSubnet(cidr: string): BlockList {
  const [address = '', bits] = cidr.split('/');
  const subnet = new BlockList();
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  subnet.addSubnet(address, bits === undefined ? widthOf(address) : Number(bits), family);
  return subnet;
}

function widthOf(address: string): number {
  return isIP(address) === 6 ? 128 : 32;
}

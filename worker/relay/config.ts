import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import { isOrigin } from './origin.ts';

/**
 * What the relay is told, by flags and by a TOML file. A flag goes before the file, the file before
 * the default. The file may be a huskies project's own: tables in it are none of our business.
 */

export interface RelayConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Folder for everything the relay keeps. */
  readonly data: string;
  /** `ws:` or `wss:` addresses of nodes to dial, path included. */
  readonly rendezvous: readonly string[];
  /** Origins of other sites whose pages may sync, such as `https://dashboard.example`. */
  readonly allowedOrigins: readonly string[];
  /** Origins of other sites that may show the board in a frame. */
  readonly frameAncestors: readonly string[];
}

export type ConfigOutcome =
  | { readonly type: 'run'; readonly config: RelayConfig; readonly warnings: readonly string[] }
  | { readonly type: 'print'; readonly text: 'help' | 'version' }
  /** Exit status 2: the command line is wrong; 1: the file is. `message`: one sentence. */
  | { readonly type: 'refused'; readonly exitStatus: 1 | 2; readonly message: string };

/** Throws, as `readFileSync` does, when the file cannot be read. */
export type ReadTextFile = (path: string) => string;

export const HELP = `Usage: npm run relay -- [options]

  --host HOST      address to listen on (127.0.0.1)
  --port PORT      port to listen on, 0 for any free one (3001)
  --data FOLDER    where the relay keeps its data (./data)
  --allow-origin ORIGIN
                   a site whose pages may sync too, such as https://dashboard.example; may come
                   more than once
  --frame-ancestor ORIGIN
                   a site that may show embed.html in a frame; may come more than once
  --config FILE    a TOML file with any of: host, port, data, rendezvous, allow_origin,
                   frame_ancestors
  --help           print this
  --version        print the version

rendezvous = "ws://host:3001/crdt-sync" in the file, or a list of such addresses, names nodes that
the relay connects to. allow_origin and frame_ancestors are an origin or a list of origins.
`;

const DEFAULTS: RelayConfig = {
  host: '127.0.0.1',
  port: 3001,
  data: 'data',
  rendezvous: [],
  allowedOrigins: [],
  frameAncestors: [],
};

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  'frame-ancestor': { type: 'string', multiple: true },
  config: { type: 'string' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

/** Keys of the file that are called otherwise here. */
const SETTING_OF_KEY: { readonly [key: string]: keyof RelayConfig } = {
  allow_origin: 'allowedOrigins',
  frame_ancestors: 'frameAncestors',
};

type Settings = { readonly [Name in keyof RelayConfig]?: RelayConfig[Name] };
type Parsed<Value> = { readonly value: Value } | { readonly fault: string };
type FileSettings = { readonly settings: Settings; readonly warnings: readonly string[] };

/** `args`: the command line behind the program's name. */
export function readConfig(args: readonly string[], readTextFile: ReadTextFile): ConfigOutcome {
  const flags = parseFlags(args);
  if ('fault' in flags) {
    const message = `${flags.fault} (--help lists the options)`;
    return { type: 'refused', exitStatus: 2, message };
  }
  const { help, version, config: path, ...settings } = flags.value;
  if (help || version) return { type: 'print', text: help ? 'help' : 'version' };

  const file = path === undefined ? NO_FILE : readConfigFile(path, readTextFile);
  if ('fault' in file) return { type: 'refused', exitStatus: 1, message: file.fault };
  const config = { ...DEFAULTS, ...file.value.settings, ...settings };
  return { type: 'run', config, warnings: file.value.warnings };
}

const NO_FILE: Parsed<FileSettings> = { value: { settings: {}, warnings: [] } };

type Flags = Settings & {
  readonly help?: boolean;
  readonly version?: boolean;
  readonly config?: string;
};

function parseFlags(args: readonly string[]): Parsed<Flags> {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
    const { port: portText, 'allow-origin': origins, 'frame-ancestor': frames, ...plain } = values;
    const empty = Object.entries(values).find(([, value]) => value === '');
    if (empty !== undefined) return { fault: `--${empty[0]} needs a value` };
    const allowed = origins === undefined ? null : parseOrigins('allow-origin', origins);
    if (allowed !== null && 'fault' in allowed) return { fault: `--${allowed.fault}` };
    const framers = frames === undefined ? null : parseOrigins('frame-ancestor', frames);
    if (framers !== null && 'fault' in framers) return { fault: `--${framers.fault}` };
    const others = {
      ...plain,
      ...(allowed !== null && { allowedOrigins: allowed.value }),
      ...(framers !== null && { frameAncestors: framers.value }),
    };
    if (portText === undefined) return { value: others };
    const port = /^\d{1,5}$/.test(portText) ? parsePort(Number(portText)) : parsePort(portText);
    return 'fault' in port
      ? { fault: `--${port.fault}` }
      : { value: { ...others, port: port.value } };
  } catch (error) {
    // Node's message goes on with advice for another case: its first sentence says what is wrong.
    const [firstSentence] = (error as Error).message.split(/\. |\n/);
    return { fault: firstSentence ?? 'wrong option' };
  }
}

function readConfigFile(path: string, readTextFile: ReadTextFile): Parsed<FileSettings> {
  try {
    return parseConfigFile(path, readTextFile(path));
  } catch (error) {
    return { fault: `cannot read ${path}: ${(error as Error).message}` };
  }
}

function parseConfigFile(path: string, text: string): Parsed<FileSettings> {
  let table: Readonly<Record<string, unknown>>;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return { fault: `${path}, line ${error.line}: not TOML: ${what}` };
  }
  const settings: { -readonly [Name in keyof Settings]: Settings[Name] } = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(table)) {
    const parsed = parseSetting(name, value);
    if (parsed === 'unknown') {
      if (!isTable(value)) warnings.push(`${path}: unknown key ${name}`);
    } else if ('fault' in parsed) {
      return { fault: `${path}: ${parsed.fault}` };
    } else {
      Object.assign(settings, { [SETTING_OF_KEY[name] ?? name]: parsed.value });
    }
  }
  // A path in a file is meant from where the file is.
  if (settings.data !== undefined) settings.data = resolve(path, '..', settings.data);
  return { value: { settings, warnings } };
}

function parseSetting(name: string, value: unknown): Parsed<unknown> | 'unknown' {
  switch (name) {
    case 'host':
    case 'data':
      if (typeof value === 'string' && value !== '') return { value };
      return { fault: `${name} must be a text that is not empty` };
    case 'port':
      return parsePort(value);
    case 'rendezvous':
      return parseRendezvous(value);
    case 'allow_origin':
    case 'frame_ancestors':
      return parseOrigins(name, value);
    default:
      return 'unknown';
  }
}

function parsePort(value: unknown): Parsed<number> {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65536) {
    return { value };
  }
  return { fault: `port must be a whole number from 0 to 65535, not ${JSON.stringify(value)}` };
}

function parseRendezvous(value: unknown): Parsed<readonly string[]> {
  const addresses: readonly unknown[] = Array.isArray(value) ? value : [value];
  const bad = addresses.find((address) => !isWebSocketAddress(address));
  if (bad === undefined) return { value: [...new Set(addresses as readonly string[])] };
  const said = JSON.stringify(bad);
  return { fault: `rendezvous must be a ws:// or wss:// address or a list of them, not ${said}` };
}

function parseOrigins(name: string, value: unknown): Parsed<readonly string[]> {
  const origins: readonly unknown[] = Array.isArray(value) ? value : [value];
  const bad = origins.find((origin) => typeof origin !== 'string' || !isOrigin(origin));
  if (bad === undefined) return { value: [...new Set(origins as readonly string[])] };
  const said = JSON.stringify(bad);
  return { fault: `${name} must be an origin such as https://dashboard.example, not ${said}` };
}

function isWebSocketAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hash } = new URL(value);
  return (protocol === 'ws:' || protocol === 'wss:') && hash === '';
}

/** `[name]` or `[[name]]`. */
function isTable(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null && !(first instanceof Date);
}

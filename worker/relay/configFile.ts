import { resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Given, Layer } from './configLayer.ts';
import type { SettingTable } from './settings.ts';
import { linesOfKeys } from './tomlLines.ts';

/** The TOML file. It may be a huskies project's own: tables in it are none of our business. */

/** Throws, as `readFileSync` does, when the file cannot be read. */
export type ReadTextFile = (path: string) => string;

export function readConfigFile(
  table: SettingTable,
  path: string,
  readTextFile: ReadTextFile,
): Layer {
  const text = read(path, readTextFile);
  if ('fault' in text) return fileFault(text.fault);
  const document = parseToml(path, text.value);
  return 'fault' in document
    ? fileFault(document.fault)
    : readDocument(table, path, document.value, linesOfKeys(text.value));
}

function readDocument(
  table: SettingTable,
  path: string,
  document: Readonly<Record<string, unknown>>,
  lines: ReadonlyMap<string, number>,
): Layer {
  const settings = new Map(Object.values(table).map((setting) => [setting.key, setting]));
  const given: Given[] = [];
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(document)) {
    const setting = settings.get(key);
    const from = `${path}, line ${lines.get(key)}`;
    const subject = `${from}: ${key}`;
    if (setting !== undefined) {
      const isPath = setting.kind.isPath && typeof value === 'string' && value !== '';
      given.push({ setting, value: isPath ? resolve(path, '..', value) : value, from, subject });
    } else if (!isTable(value)) {
      warnings.push(`${from}: unknown key ${key}`);
    }
  }
  return { given, faults: [], warnings };
}

type Outcome<Value> = { readonly value: Value } | { readonly fault: string };

function read(path: string, readTextFile: ReadTextFile): Outcome<string> {
  try {
    return { value: readTextFile(path) };
  } catch (error) {
    return { fault: `cannot read ${path}: ${(error as Error).message}` };
  }
}

function parseToml(path: string, text: string): Outcome<Readonly<Record<string, unknown>>> {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return { fault: `${path}, line ${error.line}: not TOML: ${what}` };
  }
}

function fileFault(fault: string): Layer {
  return { given: [], faults: [fault], warnings: [] };
}

/** `[name]` or `[[name]]`. */
function isTable(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null && !(first instanceof Date);
}

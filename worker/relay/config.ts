import { readCommandLine } from './commandLine.ts';
import { type ReadTextFile, readConfigFile } from './configFile.ts';
import { EMPTY_LAYER, type Given, type Layer, readLayer } from './configLayer.ts';
import {
  ENVIRONMENT_PREFIX,
  environmentName,
  type SettingTable,
  type ValuesOf,
} from './settings.ts';
import { effectiveText, helpText } from './settingsText.ts';

/**
 * What the relay is told: by flags, else by the environment, else by a TOML file, else by the
 * defaults of the table of settings. What is wrong anywhere is told all at once.
 */

export interface ConfigSources {
  /** The command line behind the program's name. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly readTextFile: ReadTextFile;
  /** For `--version`. */
  readonly version: string;
}

export interface Environment {
  readonly [name: string]: string | undefined;
}

export type ConfigOutcome<Config> =
  | { readonly type: 'run'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly type: 'print'; readonly text: string }
  /** Exit status 2: the command line is wrong; 1: something else is. A sentence a fault. */
  | { readonly type: 'refused'; readonly exitStatus: 1 | 2; readonly faults: readonly string[] };

const PATH_VARIABLE = `${ENVIRONMENT_PREFIX}CONFIG`;

export function readConfig<Table extends SettingTable>(
  table: Table,
  { args, environment, readTextFile, version }: ConfigSources,
): ConfigOutcome<ValuesOf<Table>> {
  const flags = readCommandLine(table, args);
  const isSwitched = (name: string): boolean => flags.switches.has(name);
  if (isSwitched('help')) return { type: 'print', text: helpText(table) };
  if (isSwitched('version')) return { type: 'print', text: `${version}\n` };

  const path = flags.config ?? environment[PATH_VARIABLE];
  const file = path ? readConfigFile(table, path, readTextFile) : EMPTY_LAYER;
  const layers = [flags, readEnvironment(table, environment), file];
  const read = layers.map(readLayer);
  const faults = read.flatMap((one) => one.faults);
  if (faults.length > 0) {
    const isLineWrong = read[0]!.faults.length > 0;
    if (isLineWrong) faults.push('--help lists the options');
    const exitStatus = isLineWrong && !isSwitched('check-config') ? 2 : 1;
    return { type: 'refused', exitStatus, faults };
  }

  const warnings = layers.flatMap((layer) => layer.warnings);
  if (isSwitched('check-config')) {
    return { type: 'print', text: [...warnings, 'nothing is wrong', ''].join('\n') };
  }
  const effective = Object.entries(table).map(([name, setting]) => {
    const said = read.flatMap(({ values }) => values.get(setting) ?? [])[0];
    return { name, setting, ...(said ?? { value: setting.fallback, from: 'default' }) };
  });
  if (isSwitched('print-config')) return { type: 'print', text: effectiveText(effective) };
  const pairs = effective.map(({ name, value }) => [name, value]);
  return { type: 'run', config: Object.fromEntries(pairs) as ValuesOf<Table>, warnings };
}

/** A variable that is empty counts as one that is not there, as container files often have them. */
function readEnvironment(table: SettingTable, environment: Environment): Layer {
  const settings = Object.values(table);
  const given = settings.flatMap((setting): Given[] => {
    const name = environmentName(setting);
    const text = environment[name]?.trim();
    if (!text) return [];
    const { isList, fromText } = setting.kind;
    const value = isList ? text.split(/\s+/).map(fromText) : fromText(text);
    return [{ setting, value, from: name, subject: name }];
  });
  const known = [...settings.map(environmentName), PATH_VARIABLE];
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith(ENVIRONMENT_PREFIX) && !known.includes(name),
  );
  const warnings = unknown.map((name) => `the environment has ${name}, which is no setting`);
  return { given, faults: [], warnings };
}

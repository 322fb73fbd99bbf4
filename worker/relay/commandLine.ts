import { parseArgs } from 'node:util';
import type { Given, Layer } from './configLayer.ts';
import type { SettingTable } from './settings.ts';

/** The relay's command line. Every fault is told, where `parseArgs` alone stops at the first. */

const SWITCHES = ['help', 'version', 'check-config', 'print-config'] as const;

export interface CommandLine extends Layer {
  readonly switches: ReadonlySet<string>;
  /** Path of the file; undefined: not said. */
  readonly config: string | undefined;
}

export function readCommandLine(table: SettingTable, args: readonly string[]): CommandLine {
  const settings = Object.values(table).filter(({ flag }) => flag !== null);
  const names = [...settings.map(({ flag }) => flag ?? ''), 'config'];
  const options = Object.fromEntries<{ type: 'string' | 'boolean' }>([
    ...names.map((name) => [name, { type: 'string' }] as const),
    ...SWITCHES.map((name) => [name, { type: 'boolean' }] as const),
  ]);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });

  const texts = new Map<string, string[]>();
  const switches = new Set<string>();
  const faults: string[] = [];
  let unknownAt = Number.NaN;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      // What stands behind an unknown option is its value.
      if (token.index !== unknownAt + 1)
        faults.push(`unexpected argument ${JSON.stringify(token.value)}`);
      continue;
    }
    const { name, rawName, value, inlineValue } = token;
    if (options[name] === undefined || !rawName.startsWith('--')) {
      faults.push(`unknown option ${rawName}`);
      unknownAt = token.index;
    } else if (options[name].type === 'boolean') {
      if (value === undefined) switches.add(name);
      else faults.push(`${rawName} takes no value`);
    } else if (!value || (!inlineValue && value.startsWith('-'))) {
      faults.push(`${rawName} needs a value`);
    } else {
      texts.set(name, [...(texts.get(name) ?? []), value]);
    }
  }

  const given = settings.flatMap((setting): Given[] => {
    const said = texts.get(setting.flag ?? '');
    if (said === undefined) return [];
    const values = said.map(setting.kind.fromText);
    const flag = `--${setting.flag}`;
    const value = setting.kind.isList ? values : values.at(-1);
    return [{ setting, value, from: flag, subject: flag }];
  });
  return { given, faults, warnings: [], switches, config: texts.get('config')?.at(-1) };
}

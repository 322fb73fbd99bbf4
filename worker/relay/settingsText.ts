import { stringify } from 'smol-toml';
import { environmentName, type Setting, type SettingTable } from './settings.ts';

/** What people read of a table of settings. */

export interface Effective {
  readonly setting: Setting<unknown>;
  readonly value: unknown;
  /** Such as `--port` or `/etc/relay.toml, line 3`. */
  readonly from: string;
}

const LINE_CHARACTERS = 100;
const HELP_INDENT = ' '.repeat(19);

/** Flags that are no settings. */
const ACTIONS: readonly (readonly [flag: string, help: string])[] = [
  ['--config FILE', 'a TOML file; a huskies project.toml will do'],
  ['--check-config', 'say all that is wrong with flags, environment and file, and end'],
  ['--print-config', 'print what holds, and where each value comes from, and end'],
  ['--help', 'print this'],
  ['--version', 'print the version'],
];

/** `--help`. */
export function helpText(table: SettingTable): string {
  const settings = Object.values(table);
  const flags = settings.flatMap((setting): (readonly [string, string])[] => {
    if (setting.flag === null) return [];
    const names = `--${setting.flag} ${setting.kind.takes}`;
    return [[names, `${plain(setting.help)} (${plain(shownDefault(setting))})`]];
  });
  const others = settings.filter(({ flag }) => flag === null);
  const elsewhere = others.map((setting): readonly [string, string] => {
    return [
      environmentName(setting),
      `${plain(setting.help)} (${plain(shownDefault(setting))}); ${setting.key} in the file`,
    ];
  });
  const lists = settings.filter(({ kind }) => kind.isList).map(({ flag }) => `--${flag}`);
  return [
    'Usage: npm run -s relay -- [options]\n',
    '       npm run -s relay -- token                    print a fresh token, and its line for a list\n',
    '       npm run -s relay -- backup DATA FOLDER       copy what a relay has stored, also while it runs\n',
    '       npm run -s relay -- inspect DATA             say what a stopped relay keeps\n',
    '       npm run -s relay -- verify DATA              check every op that it keeps\n',
    '       npm run -s relay -- export DATA [PIPELINE]   write an op log to standard output\n',
    '       npm run -s relay -- import DATA FILE...      take op logs into a stopped relay\n',
    '       npm run -s relay -- compact DATA             say what it keeps and nobody needs\n\n',
    ...[...flags, ...ACTIONS].map(helpLine),
    elsewhere.length > 0 ? '\nIn the environment or the file alone:\n\n' : '',
    ...elsewhere.map(helpLine),
    '\nA flag goes before the environment, that before the file, the file before the default.\n',
    '--port is HUSKIES_WEB_PORT in the environment and port in the file; docs/operating.md lists all.\n',
    `May come more than once: ${lists.join(', ')}.\n`,
  ].join('');
}

/** `--print-config`: TOML that says the same when it is read as the file. */
export function effectiveText(effective: readonly Effective[]): string {
  return effective.map((one) => `${assignment(one)}  # ${one.from}\n`).join('');
}

/** The table in docs/operating.md. */
export function settingsMarkdown(table: SettingTable): string {
  const rows = Object.values(table).map((setting) => {
    const { flag, key, kind, help } = setting;
    const cells = [
      flag === null ? '' : `\`--${flag}\`${kind.isList ? ' …' : ''}`,
      `\`${environmentName(setting)}\``,
      `\`${key}\``,
      shownDefault(setting),
      help,
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return `| flag | environment | key in the file | default | |\n|---|---|---|---|---|\n${rows.join('')}`;
}

function assignment({ setting, value }: Effective): string {
  const { key, isSecret } = setting;
  if (value === null) return `# ${key} is not set`;
  return isSecret ? `# ${key} is set, and secret` : stringify({ [key]: value }).trimEnd();
}

function shownDefault({ fallback }: Setting<unknown>): string {
  const isNone = fallback === null || (Array.isArray(fallback) && fallback.length === 0);
  return isNone ? 'none' : `\`${String(fallback)}\``;
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

/** Names, then the help in a column of its own. */
function helpLine([names, help]: readonly [string, string]): string {
  const lines: string[] = [];
  let line = '';
  for (const word of help.split(' ')) {
    if (HELP_INDENT.length + line.length + word.length >= LINE_CHARACTERS) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  const head = `  ${names}`;
  const isLong = head.length >= HELP_INDENT.length - 1;
  const first = isLong ? `${head}\n${HELP_INDENT}` : head.padEnd(HELP_INDENT.length);
  return `${first}${lines.join(`\n${HELP_INDENT}`)}\n`;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { type ConfigOutcome, readConfig as readAny } from '../../worker/relay/config.ts';
import { text } from '../../worker/relay/settingKinds.ts';
import {
  DEFAULT_CONFIG,
  type RelayConfig,
  SETTINGS,
  type Setting,
  type SettingTable,
} from '../../worker/relay/settings.ts';
import { settingsMarkdown } from '../../worker/relay/settingsText.ts';
import { root } from '../support/sourceCode.ts';

type Outcome = ConfigOutcome<RelayConfig>;
type Environment = { readonly [name: string]: string };

const noFile = (): string => {
  throw new Error('no file is read');
};
const readConfig = (
  args: readonly string[],
  readTextFile: (path: string) => string = noFile,
  environment: Environment = {},
): Outcome => readAny(SETTINGS, { args, environment, readTextFile, version: '1.2.3' });
const run = (changes: Partial<RelayConfig>, warnings: readonly string[] = []): Outcome => ({
  type: 'run',
  config: { ...DEFAULT_CONFIG, ...changes },
  warnings,
});
const refused = (exitStatus: 1 | 2, ...faults: string[]): Outcome => {
  return { type: 'refused', exitStatus, faults };
};
const badLine = (...faults: string[]): Outcome => refused(2, ...faults, '--help lists the options');
/** Reads this text as the file `/etc/relay.toml`, with further flags behind `--config`. */
const withFile = (file: string, ...flags: string[]): Outcome =>
  readConfig(['--config', '/etc/relay.toml', ...flags], (path) => {
    expect(path).toBe('/etc/relay.toml');
    return file;
  });
/** What it prints instead of running. */
const printed = (outcome: ConfigOutcome<unknown>): string => {
  if (outcome.type !== 'print') throw new Error(JSON.stringify(outcome));
  return outcome.text;
};

describe('flags', () => {
  test('CFG1 runs on 127.0.0.1:3001 with ./data and no rendezvous when nothing is said', () => {
    const said = { host: '127.0.0.1', port: 3001, data: 'data', rendezvous: [] };
    expect(readConfig([])).toEqual(run(said));
  });

  test('CFG2 takes host, port and data folder from the command line', () => {
    const args = ['--host', '0.0.0.0', '--port=8080', '--data', '/var/lib/relay'];
    expect(readConfig(args)).toEqual(run({ host: '0.0.0.0', port: 8080, data: '/var/lib/relay' }));
    expect(readConfig(['--port', '0'])).toEqual(run({ port: 0 }));
  });

  test('CFG3 prints help or version instead of running', () => {
    expect(readConfig(['--version', '--port', 'x'])).toEqual({ type: 'print', text: '1.2.3\n' });
    const lines = printed(readConfig(['--help', '--prot'])).split('\n');
    expect(lines).toContain(
      '  --port PORT      port to listen on; 0: any free one, printed at the start (3001)',
    );
    const flags = Object.values<Setting<unknown>>(SETTINGS).flatMap(({ flag }) =>
      flag === null ? [] : `  --${flag} `,
    );
    expect(flags.filter((flag) => !lines.some((line) => line.startsWith(flag)))).toEqual([]);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test.each([
    [['--prot', '80'], 'unknown option --prot'],
    [['serve'], 'unexpected argument "serve"'],
    [['--port'], '--port needs a value'],
    [['--data='], '--data needs a value'],
    [['--data', '--port=1'], '--data needs a value'],
    [['-p', '80'], 'unknown option -p'],
    [['--help=yes'], '--help takes no value'],
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not "http"'],
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not 65536'],
    [['--port=-1'], '--port must be a whole number from 0 to 65535, not "-1"'],
    [['--port', '1e3'], '--port must be a whole number from 0 to 65535, not "1e3"'],
  ])('CFG4 refuses the command line %j with exit status 2', (args, fault) => {
    expect(readConfig(args)).toEqual(badLine(fault));
  });
});

describe('file', () => {
  test('CFG5 reads rendezvous as one address or as a list, each address once', () => {
    const address = 'ws://10.0.0.7:3001/crdt-sync';
    expect(withFile(`rendezvous = "${address}"`)).toEqual(run({ rendezvous: [address] }));
    expect(
      withFile(`rendezvous = ["${address}", "wss://mesh.example/crdt-sync", "${address}"]`),
    ).toEqual(run({ rendezvous: [address, 'wss://mesh.example/crdt-sync'] }));
    expect(withFile('rendezvous = []')).toEqual(run({}));
    expect(withFile('')).toEqual(run({}));
  });

  test.each([
    ['"http://host/crdt-sync"', '"http://host/crdt-sync"'],
    ['"host:3001"', '"host:3001"'],
    ['"ws://host/crdt-sync#x"', '"ws://host/crdt-sync#x"'],
    ['["ws://host/crdt-sync", 3]', '3'],
    ['{ a = 1 }', '{"a":1}'],
  ])('CFG6 refuses rendezvous = %s with exit status 1', (value, said) => {
    const fault = `rendezvous must be a ws:// or wss:// address or a list of them, not ${said}`;
    expect(withFile(`rendezvous = ${value}`)).toEqual(
      refused(1, `/etc/relay.toml, line 1: ${fault}`),
    );
  });

  const site = 'https://dashboard.example';
  const other = 'http://localhost:8080';

  test('CFG12 takes origins from flags, or from the file as one or as a list, each once', () => {
    const flags = ['--allow-origin', site, '--allow-origin', other, '--allow-origin', site];
    expect(readConfig(flags)).toEqual(run({ allowedOrigins: [site, other] }));
    expect(withFile(`allow_origin = "${site}"`)).toEqual(run({ allowedOrigins: [site] }));
    const list = `allow_origin = ["${site}", "${other}"]`;
    expect(withFile(list)).toEqual(run({ allowedOrigins: [site, other] }));
    expect(withFile(list, '--allow-origin', other)).toEqual(run({ allowedOrigins: [other] }));
  });

  test.each(['dashboard.example', `${site}/`, 'ws://a', '*', 'null', 'https://A.example'])(
    'CFG13 refuses the origin %s',
    (origin) => {
      const must = 'must be an origin such as https://dashboard.example';
      const fault = `allow_origin ${must}, not ${JSON.stringify(origin)}`;
      expect(withFile(`allow_origin = "${origin}"`)).toEqual(
        refused(1, `/etc/relay.toml, line 1: ${fault}`),
      );
      const flag = `--allow-origin ${must}, not ${JSON.stringify(origin)}`;
      expect(readConfig(['--allow-origin', origin])).toEqual(badLine(flag));
    },
  );

  test('CFG14 takes the sites that may frame the board from flags or from the file, if any', () => {
    expect(readConfig([])).toEqual(run({ frameAncestors: [] }));
    const flags = ['--frame-ancestor', site, '--frame-ancestor', other];
    expect(readConfig(flags)).toEqual(run({ frameAncestors: [site, other] }));
    const list = `frame_ancestors = ["${site}", "${other}"]`;
    expect(withFile(list)).toEqual(run({ frameAncestors: [site, other] }));
    expect(withFile(list, '--frame-ancestor', other)).toEqual(run({ frameAncestors: [other] }));
    const must = 'must be an origin such as https://dashboard.example, not "*"';
    expect(withFile('frame_ancestors = "*"')).toEqual(
      refused(1, `/etc/relay.toml, line 1: frame_ancestors ${must}`),
    );
    expect(readConfig(['--frame-ancestor', "'self'; x"])).toEqual(
      badLine(`--frame-ancestor ${must.replace('*', "'self'; x")}`),
    );
  });

  test('CFG7 lets a flag go before the file, and takes a folder from where the file is', () => {
    const text = 'host = "::1"\nport = 4000\ndata = "store"';
    expect(withFile(text)).toEqual(run({ host: '::1', port: 4000, data: '/etc/store' }));
    expect(withFile(text, '--port', '5000', '--data', 'mine')).toEqual(
      run({ host: '::1', port: 5000, data: 'mine' }),
    );
  });

  test.each([
    ['port = "3001"', 'port must be a whole number from 0 to 65535, not "3001"'],
    ['port = 70000', 'port must be a whole number from 0 to 65535, not 70000'],
    ['host = 1', 'host must be a text that is not empty, not 1'],
    ['data = ""', 'data must be a text that is not empty, not ""'],
    ['[port]', 'port must be a whole number from 0 to 65535, not {}'],
  ])('CFG8 refuses the file %j with exit status 1', (text, fault) => {
    expect(withFile(text)).toEqual(refused(1, `/etc/relay.toml, line 1: ${fault}`));
  });

  test('CFG9 warns of an unknown key and leaves the tables of others alone', () => {
    const text = `
      rendezvous = "ws://a/crdt-sync"
      rendevous = "ws://b/crdt-sync"
      default_qa = "server"
      created = 1979-05-27
      ["__proto__"]
      port = 1
      [server]
      port = 7000
      [[agent]]
      name = "coder-1"`;
    expect(withFile(text)).toEqual(
      run({ rendezvous: ['ws://a/crdt-sync'] }, [
        '/etc/relay.toml, line 3: unknown key rendevous',
        '/etc/relay.toml, line 4: unknown key default_qa',
        '/etc/relay.toml, line 5: unknown key created',
      ]),
    );
  });

  test('CFG10 names file and line of what is not TOML', () => {
    const fault = expect.stringMatching(/^\/etc\/relay\.toml, line 2: not TOML: \S.*$/);
    expect(withFile('port = 1\nhost = \n')).toEqual(refused(1, fault));
  });

  test('CFG11 names a file that cannot be read', () => {
    const outcome = readConfig(['--config', '/etc/none.toml'], () => {
      throw new Error("ENOENT: no such file or directory, open '/etc/none.toml'");
    });
    const cause = "ENOENT: no such file or directory, open '/etc/none.toml'";
    expect(outcome).toEqual(refused(1, `cannot read /etc/none.toml: ${cause}`));
  });
});

describe('environment', () => {
  const address = 'ws://a/crdt-sync';
  const other = 'wss://b/crdt-sync';

  test('CFG15 reads each setting, and the path of the file, from the environment', () => {
    const environment = {
      HUSKIES_WEB_HOST: '::1',
      HUSKIES_WEB_PORT: '8080',
      HUSKIES_WEB_RENDEZVOUS: ` ${address}  ${other}\n`,
      HUSKIES_WEB_DATA: '',
      HUSKIES_WEB_CONFIG: '/etc/relay.toml',
    };
    expect(readConfig([], () => 'data = "store"', environment)).toEqual(
      run({ host: '::1', port: 8080, rendezvous: [address, other], data: '/etc/store' }),
    );
  });

  test('CFG16 takes a flag before the environment, and the environment before the file', () => {
    const file = 'host = "a"\nport = 1\ndata = "/store"';
    const environment = { HUSKIES_WEB_PORT: '2', HUSKIES_WEB_HOST: 'b' };
    expect(readConfig(['--config', '/f', '--port', '3'], () => file, environment)).toEqual(
      run({ host: 'b', port: 3, data: '/store' }),
    );
  });

  test('CFG17 refuses a wrong value by its name, and warns of a name that is no setting', () => {
    expect(readConfig([], noFile, { HUSKIES_WEB_PORT: 'http' })).toEqual(
      refused(1, 'HUSKIES_WEB_PORT must be a whole number from 0 to 65535, not "http"'),
    );
    expect(readConfig([], noFile, { HUSKIES_WEB_PROT: '1', PORT: 'x' })).toEqual(
      run({}, ['the environment has HUSKIES_WEB_PROT, which is no setting']),
    );
  });
});

describe('all at once', () => {
  const number = 'must be a whole number from 0 to 65535';

  test('CFG18 tells every fault of flags, environment and file, also of what is overridden', () => {
    const file = ['# mine', 'host = 7', '', 'data = [', '  "a",', ']'].join('\n');
    const args = ['--config', '/f', '--port', 'x', '--prot', '1'];
    expect(readConfig(args, () => file, { HUSKIES_WEB_PORT: 'y' })).toEqual(
      badLine(
        'unknown option --prot',
        `--port ${number}, not "x"`,
        `HUSKIES_WEB_PORT ${number}, not "y"`,
        '/f, line 2: host must be a text that is not empty, not 7',
        '/f, line 4: data must be a text that is not empty, not ["a"]',
      ),
    );
  });

  test('CFG19 checks and ends with --check-config: exit status 0 or 1', () => {
    expect(printed(withFile('prot = 1', '--check-config'))).toBe(
      '/etc/relay.toml, line 1: unknown key prot\nnothing is wrong\n',
    );
    expect(readConfig(['--check-config', '--port', 'x'])).toEqual(
      refused(1, `--port ${number}, not "x"`, '--help lists the options'),
    );
  });

  test('CFG20 prints what holds and where it is from, as TOML that says the same', () => {
    const args = ['--config', '/f', '--port', '0', '--print-config'];
    const file = '\nrendezvous = "ws://a/crdt-sync"';
    const config = printed(readConfig(args, () => file, { HUSKIES_WEB_HOST: 'a#b' }));
    expect(config.split('\n').slice(0, 4)).toEqual([
      'host = "a#b"  # HUSKIES_WEB_HOST',
      'port = 0  # --port',
      'data = "data"  # default',
      'rendezvous = [ "ws://a/crdt-sync" ]  # /f, line 2',
    ]);
    const said = { host: 'a#b', port: 0, rendezvous: ['ws://a/crdt-sync'] };
    expect(readConfig(['--config', '/etc/f'], () => config)).toEqual(
      run({ ...said, data: '/etc/data' }),
    );
    const isSet = ({ fallback }: Setting<unknown>): boolean => fallback !== null;
    expect(Object.keys(parse(config))).toEqual(
      Object.values<Setting<unknown>>(SETTINGS)
        .filter(isSet)
        .map(({ key }) => key),
    );
  });

  test('CFG21 takes no user or password in an address, and does not repeat it', () => {
    const fault = 'must not have a user or a password in an address: addresses are logged';
    for (const address of ['ws://me:hidden@a/crdt-sync', 'http://hidden@a', 'ws://:hidden@ b']) {
      expect(withFile(`rendezvous = ["ws://a/x", "${address}"]`)).toEqual(
        refused(1, `/etc/relay.toml, line 1: rendezvous ${fault}`),
      );
      expect(readConfig(['--rendezvous', address])).toEqual(badLine(`--rendezvous ${fault}`));
    }
  });
});

describe('secrets', () => {
  const token: Setting<string | null> = {
    key: 'token',
    flag: null,
    kind: {
      ...text('TOKEN'),
      must: 'at least 8 characters',
      read: (value) =>
        typeof value === 'string' && value.length > 7 ? { value } : { wrong: value },
    },
    fallback: null,
    help: 'a secret',
    isSecret: true,
  };
  const read = (args: readonly string[], file = '', environment: Environment = {}) =>
    readAny({ token }, { args, environment, readTextFile: () => file, version: '' });

  test('CFG22 a secret comes from the environment or a file, never from a flag', () => {
    const secrets = (table: SettingTable) => Object.values(table).filter((one) => one.isSecret);
    expect(secrets(SETTINGS).filter(({ flag }) => flag !== null)).toEqual([]);
    expect(read(['--token=0123456789'])).toEqual(badLine('unknown option --token'));
    const given = { type: 'run', config: { token: '0123456789' }, warnings: [] };
    expect(read([], '', { HUSKIES_WEB_TOKEN: '0123456789' })).toEqual(given);
    expect(read(['--config', '/f'], 'token = "0123456789"')).toEqual(given);
    expect(printed(read(['--help']))).toContain(
      '  HUSKIES_WEB_TOKEN\n                   a secret (none); token in the file\n',
    );
  });

  test('CFG23 no secret is shown, neither when it holds nor when it is wrong', () => {
    const environment = { HUSKIES_WEB_TOKEN: '0123456789' };
    expect(printed(read(['--print-config'], '', environment))).toBe(
      '# token is set, and secret  # HUSKIES_WEB_TOKEN\n',
    );
    expect(printed(read(['--print-config']))).toBe('# token is not set  # default\n');
    expect(read(['--config', '/f'], 'token = "hidden"', { HUSKIES_WEB_TOKEN: 'hidden' })).toEqual(
      refused(
        1,
        'HUSKIES_WEB_TOKEN must be at least 8 characters',
        '/f, line 1: token must be at least 8 characters',
      ),
    );
  });
});

test('CFG24 docs/operating.md has every setting, with its names and default', () => {
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  const table = /^\| flag \| environment .*?\n(?=\n)/ms.exec(page)?.[0];
  expect(table).toBe(settingsMarkdown(SETTINGS));
});

import { describe, expect, test } from 'vitest';
import { type ConfigOutcome, type RelayConfig, readConfig } from '../../worker/relay/config.ts';

const defaults: RelayConfig = {
  host: '127.0.0.1',
  port: 3001,
  data: 'data',
  rendezvous: [],
  allowedOrigins: [],
  frameAncestors: [],
};
const noFile = (): string => {
  throw new Error('no file is read');
};
const run = (changes: Partial<RelayConfig>, warnings: readonly string[] = []): ConfigOutcome => ({
  type: 'run',
  config: { ...defaults, ...changes },
  warnings,
});
const refused = (exitStatus: 1 | 2, message: string): ConfigOutcome => {
  return { type: 'refused', exitStatus, message };
};
/** Reads this text as the file `/etc/relay.toml`, with further flags behind `--config`. */
const withFile = (text: string, ...flags: string[]): ConfigOutcome =>
  readConfig(['--config', '/etc/relay.toml', ...flags], (path) => {
    expect(path).toBe('/etc/relay.toml');
    return text;
  });

describe('flags', () => {
  test('CFG1 runs on 127.0.0.1:3001 with ./data and no rendezvous when nothing is said', () => {
    expect(readConfig([], noFile)).toEqual(run({}));
  });

  test('CFG2 takes host, port and data folder from the command line', () => {
    const args = ['--host', '0.0.0.0', '--port=8080', '--data', '/var/lib/relay'];
    expect(readConfig(args, noFile)).toEqual(
      run({ host: '0.0.0.0', port: 8080, data: '/var/lib/relay' }),
    );
    expect(readConfig(['--port', '0'], noFile)).toEqual(run({ port: 0 }));
  });

  test('CFG3 prints help or version instead of running', () => {
    expect(readConfig(['--help', '--port', '1'], noFile)).toEqual({ type: 'print', text: 'help' });
    expect(readConfig(['--version'], noFile)).toEqual({ type: 'print', text: 'version' });
  });

  test.each([
    [['--prot', '80'], "Unknown option '--prot'"],
    [['serve'], "Unexpected argument 'serve'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['--data='], '--data needs a value'],
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not "http"'],
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not 65536'],
    [['--port=-1'], '--port must be a whole number from 0 to 65535, not "-1"'],
    [['--port', '1e3'], '--port must be a whole number from 0 to 65535, not "1e3"'],
  ])('CFG4 refuses the command line %j with exit status 2', (args, fault) => {
    expect(readConfig(args, noFile)).toEqual(refused(2, `${fault} (--help lists the options)`));
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
    expect(withFile(`rendezvous = ${value}`)).toEqual(refused(1, `/etc/relay.toml: ${fault}`));
  });

  const site = 'https://dashboard.example';
  const other = 'http://localhost:8080';

  test('CFG12 takes origins from flags, or from the file as one or as a list, each once', () => {
    const flags = ['--allow-origin', site, '--allow-origin', other, '--allow-origin', site];
    expect(readConfig(flags, noFile)).toEqual(run({ allowedOrigins: [site, other] }));
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
        refused(1, `/etc/relay.toml: ${fault}`),
      );
      const flag = `--allow-origin ${must}, not ${JSON.stringify(origin)}`;
      expect(readConfig(['--allow-origin', origin], noFile)).toEqual(
        refused(2, `${flag} (--help lists the options)`),
      );
    },
  );

  test('CFG14 takes the sites that may frame the board from flags or from the file, if any', () => {
    expect(readConfig([], noFile)).toEqual(run({ frameAncestors: [] }));
    const flags = ['--frame-ancestor', site, '--frame-ancestor', other];
    expect(readConfig(flags, noFile)).toEqual(run({ frameAncestors: [site, other] }));
    const list = `frame_ancestors = ["${site}", "${other}"]`;
    expect(withFile(list)).toEqual(run({ frameAncestors: [site, other] }));
    expect(withFile(list, '--frame-ancestor', other)).toEqual(run({ frameAncestors: [other] }));
    const must = 'must be an origin such as https://dashboard.example, not "*"';
    expect(withFile('frame_ancestors = "*"')).toEqual(
      refused(1, `/etc/relay.toml: frame_ancestors ${must}`),
    );
    expect(readConfig(['--frame-ancestor', "'self'; x"], noFile)).toEqual(
      refused(2, `--frame-ancestor ${must.replace('*', "'self'; x")} (--help lists the options)`),
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
    ['host = 1', 'host must be a text that is not empty'],
    ['data = ""', 'data must be a text that is not empty'],
    ['[port]', 'port must be a whole number from 0 to 65535, not {}'],
  ])('CFG8 refuses the file %j with exit status 1', (text, fault) => {
    expect(withFile(text)).toEqual(refused(1, `/etc/relay.toml: ${fault}`));
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
        '/etc/relay.toml: unknown key rendevous',
        '/etc/relay.toml: unknown key default_qa',
        '/etc/relay.toml: unknown key created',
      ]),
    );
  });

  test('CFG10 names file and line of what is not TOML', () => {
    expect(withFile('port = 1\nhost = \n')).toMatchObject({
      type: 'refused',
      exitStatus: 1,
      message: expect.stringMatching(/^\/etc\/relay\.toml, line 2: not TOML: \S.*$/),
    });
  });

  test('CFG11 names a file that cannot be read', () => {
    const outcome = readConfig(['--config', '/etc/none.toml'], () => {
      throw new Error("ENOENT: no such file or directory, open '/etc/none.toml'");
    });
    const cause = "ENOENT: no such file or directory, open '/etc/none.toml'";
    expect(outcome).toEqual(refused(1, `cannot read /etc/none.toml: ${cause}`));
  });
});

import { describe, expect, test } from 'vitest';
import { entryFor, parseAccessList, type Shown } from '../../../worker/relay/access/accessList.ts';

const HASH = 'ab'.repeat(32);
const KEY = 'cd'.repeat(32);
const token = (fields: string): string =>
  `[[token]]\nname = "ann"\nsha256 = "${HASH}"\nrole = "write"\npipelines = "*"\n${fields}`;

function read(text: string) {
  const reading = parseAccessList('access.toml', text);
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.list;
}

describe('a list', () => {
  const list = read(`
[[token]]
name = "build"
sha256 = "${HASH}"
role = "read"
pipelines = ["team", "other"]

[[key]]
name = "ann"
key = "${KEY}"
role = "write"
pipelines = ["team"]

[[key]]
name = "ann, elsewhere"
key = "${KEY}"
role = "read"
pipelines = ["other"]

[[address]]
cidr = "10.1.0.0/16"
role = "write"
pipelines = "*"

[[address]]
name = "node"
cidr = "2001:db8::7"
role = "admin"
pipelines = "*"
`);
  const find = (shown: Shown, pipeline: string) => entryFor(list.entriesOf(shown), pipeline);

  test('AUTH7 says by token, key or address who it is, in which role, for each pipeline', () => {
    const names = ['team', 'other', 'third'].map((pipeline) => [
      find({ type: 'token', id: HASH }, pipeline)?.name,
      find({ type: 'key', id: KEY }, pipeline)?.name,
      find({ type: 'key', id: HASH }, pipeline)?.name,
    ]);
    expect(names).toEqual([
      ['build', 'ann', undefined],
      ['build', 'ann, elsewhere', undefined],
      [undefined, undefined, undefined],
    ]);
    expect(find({ type: 'key', id: KEY }, 'other')?.role).toBe('read');
    expect(list.tokenHashes).toEqual([HASH]);
  });

  test.each([
    ['10.1.2.3', '10.1.0.0/16'],
    ['::ffff:10.1.255.255', '10.1.0.0/16'],
    ['10.2.0.1', undefined],
    ['2001:db8::7', 'node'],
    ['2001:db8::8', undefined],
    ['not an address', undefined],
  ])('AUTH7 knows %s by its network', (id, name) => {
    expect(find({ type: 'address', id }, 'team')?.name).toBe(name);
  });

  test('AUTH7 may be empty: nobody is on it', () => {
    expect(read('').entriesOf({ type: 'key', id: KEY })).toEqual([]);
  });
});

test.each([
  ['x = [', 'access.toml, line 1: not TOML'],
  ['\n[[keys]]\n', 'access.toml, line 2: keys is none of [[token]], [[key]] and [[address]]'],
  ['auth = "keys"', 'access.toml, line 1: auth is none of'],
  ['\n[token]\nname = "x"', 'access.toml, line 2: write [[token]], once an entry'],
  [token('until = 2030'), 'access.toml, line 1: [[token]] has no until'],
  [`${token('')}\n${token('')}`, 'access.toml, line 7: this token is there twice for one pipeline'],
  ['[[token]]\nname = "x"', 'access.toml, line 1: sha256 of [[token]] must be there'],
  [token('').replace(HASH, 'secret'), 'sha256 of [[token]] must be 64 hex digits in lower case'],
  [token('').replace('"ann"', '""'), 'name of [[token]] must be a text of 1 to 64 characters'],
  [token('').replace('"write"', '"owner"'), 'role of [[token]] must be "read", "write" or "admin"'],
  [token('').replace('"*"', '["a", "B"]'), 'pipelines of [[token]] must be "*" or a list'],
  [token('').replace('"*"', '[]'), 'pipelines of [[token]] must be "*" or a list'],
  ['[[key]]\nkey = "00"', 'key of [[key]] must be 64 hex digits'],
  [`[[key]]\nkey = "01${'00'.repeat(31)}"`, 'key of [[key]] must be a key that only its owner'],
  ['[[address]]\ncidr = "10.0.0.0/33"', 'cidr of [[address]] must be an address or a network'],
  ['[[address]]\ncidr = "host.example"', 'cidr of [[address]] must be an address or a network'],
  ['[[address]]\ncidr = "10.0.0.1/8/8"', 'cidr of [[address]] must be an address or a network'],
])('AUTH8 a file with %j is refused with file and line', (text, fault) => {
  const reading = parseAccessList('access.toml', text);
  expect('fault' in reading ? reading.fault : 'taken').toContain(fault);
  expect('fault' in reading && reading.fault.startsWith('access.toml, line ')).toBe(true);
});

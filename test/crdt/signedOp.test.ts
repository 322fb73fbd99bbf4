import { expect, test } from 'vitest';
import { encodeSignedOp, parseSignedOp, type SignedOp } from '../../worker/crdt/signedOp.ts';
import { encodeValue, type Value } from '../../worker/crdt/value.ts';
import {
  bool,
  createFakeSigner,
  deleteOp,
  field,
  index,
  insertOp,
  itemContent,
  number,
  setOp,
  signedOp,
  text,
} from '../support/opFactory.ts';

const signer = createFakeSigner(0);
const insert = insertOp({ signer });
const canonical = encodeSignedOp(insert);
const empty: Value = { type: 'array', items: [] };

function parse(json: string): SignedOp | 'unreadable' {
  const parsed = parseSignedOp(json);
  return parsed.type === 'read' ? parsed.value : 'unreadable';
}

/** The insert above with `content` written as `json`. */
function withContent(json: string): string {
  return canonical.replace(/"content":.*,"path"/, () => `"content":${json},"path"`);
}

function contentOf(json: string): Value | null | 'unreadable' {
  const op = parse(withContent(json));
  return op === 'unreadable' ? op : op.inner.content;
}

test('OP1 an op is read back from its canonical text', () => {
  const ops = [
    insert,
    insertOp({ signer, content: text('tab\t"\\\u007f\u2028😀\u0001'), seq: 2n ** 64n - 1n }),
    insertOp({ signer, content: { type: 'null' }, dependsOn: ['ab'.repeat(64), 'cd'.repeat(64)] }),
    setOp('11'.repeat(32), 'blocked', { signer, content: bool(true), origin: '00'.repeat(32) }),
    setOp('11'.repeat(32), 'retry_count', { signer, content: number(-0) }),
    deleteOp('11'.repeat(32), { signer, seq: 0 }),
    signedOp({ signer, content: empty, path: [field('a"b'), index('22'.repeat(32)), field('')] }),
  ];
  expect(ops.map((op) => parse(encodeSignedOp(op)))).toEqual(ops);
});

test('OP1 white space and the order of keys do not matter, and unknown keys are ignored', () => {
  const { author, signed_digest, inner, depends_on } = JSON.parse(canonical);
  const { origin, author: innerAuthor, seq, content, path, is_deleted, id } = inner;
  const shuffled = {
    x: [{ deep: 'x' }],
    depends_on,
    inner: { __proto__x: 1, id, is_deleted, path, content, seq, author: innerAuthor, origin },
    signed_digest,
    author,
  };
  expect(parse(JSON.stringify(shuffled, null, '\t '))).toEqual(insert);
  const hostile = canonical.replace('{"author"', '{"__proto__":{"a":1},"a":1,"a":2,"author"');
  expect(parse(hostile)).toEqual(insert);
});

test('OP2 a struct may come as an array of all its fields in the order of their declaration', () => {
  const { author, signed_digest, inner, depends_on } = JSON.parse(canonical);
  const innerValues = Object.values(inner);
  const positional = JSON.stringify([author, signed_digest, innerValues, depends_on]);
  expect(parse(positional)).toEqual(insert);
  expect(parse(JSON.stringify({ author, signed_digest, inner: innerValues, depends_on }))).toEqual(
    insert,
  );
  const wrong = [
    [author, signed_digest, innerValues],
    [author, signed_digest, innerValues, depends_on, null],
    [author, signed_digest, innerValues.toSpliced(3, 1), depends_on],
    [signed_digest, author, innerValues, depends_on],
    [],
  ];
  expect(wrong.map((values) => parse(JSON.stringify(values)))).toEqual(
    wrong.map(() => 'unreadable'),
  );
});

test('OP3 content that is missing is null; any other missing field and any repeated one is unreadable', () => {
  const without = withContent('null').replace('"content":null,', '');
  expect(parse(without)).toEqual({ ...insert, inner: { ...insert.inner, content: null } });
  const { inner, ...outer } = JSON.parse(canonical);
  const lacking = [
    ...Object.keys(outer).map((name) => ({ ...outer, inner, [name]: undefined })),
    outer,
    ...Object.keys(inner)
      .filter((name) => name !== 'content')
      .map((name) => ({ ...outer, inner: { ...inner, [name]: undefined } })),
  ];
  expect(lacking.map((op) => parse(JSON.stringify(op)))).toEqual(lacking.map(() => 'unreadable'));
  const repeated = [
    canonical.replace('"seq":1', '"seq":1,"seq":1'),
    canonical.replace('"depends_on":[]', '"depends_on":[],"depends_on":[]'),
    canonical.replace('"content":', '"content":null,"content":'),
    canonical.replace('"seq"', '"\\u0073eq":1,"seq"'),
  ];
  expect(repeated.map(parse)).toEqual(repeated.map(() => 'unreadable'));
});

test('OP4 values are externally tagged', () => {
  const read = ['"Null"', '{"Null":null}', '{ "Bool" : true }', '{"Number":1}', '{"String":""}'];
  expect(read.map(contentOf)).toEqual([
    { type: 'null' },
    { type: 'null' },
    bool(true),
    number(1),
    text(''),
  ]);
  expect(contentOf('{"Array":["Null",{"Array":[]},{"Object":{"k":{"Array":["Null"]}}}]}')).toEqual({
    type: 'array',
    items: [
      { type: 'null' },
      empty,
      { type: 'object', entries: new Map([['k', { type: 'array', items: [{ type: 'null' }] }]]) },
    ],
  });
  const wrong = ['"Bool"', '"null"', '{}', '[]', '1', 'true', '{"Null":"Null"}', '{"bool":true}'];
  expect(wrong.map(contentOf)).toEqual(wrong.map(() => 'unreadable'));
  const broken = ['{"Bool":true,"Bool":true}', '{"Array":{}}', '{"Object":[]}', '{"Array":[1]}'];
  expect(broken.map(contentOf)).toEqual(broken.map(() => 'unreadable'));
  const cut = [
    '{"Array":["Null",]}',
    '{"Object":{"a":"Null",}}',
    '{"Object":{"a"}}',
    '{"Array":[]',
  ];
  expect(cut.map(contentOf)).toEqual(cut.map(() => 'unreadable'));
});

test('OP4 an object keeps the order of its keys, and a repeated key its first place and last value', () => {
  const content = contentOf(
    '{"Object":{"b":"Null","10":{"Number":1},"9":"Null","b":{"Bool":true}}}',
  );
  expect(content).toEqual({
    type: 'object',
    entries: new Map<string, Value>([
      ['b', bool(true)],
      ['10', number(1)],
      ['9', { type: 'null' }],
    ]),
  });
  expect(encodeValue(content as Value)).toBe(
    '{"Object":{"b":{"Bool":true},"10":{"Number":1.0},"9":"Null"}}',
  );
});

test('OP4 keys of objects never become prototypes', () => {
  const json = '{"Object":{"__proto__":{"Bool":true},"constructor":"Null"}}';
  const content = contentOf(json);
  expect(encodeValue(content as Value)).toBe(json);
  expect(({} as { readonly [key: string]: unknown })['Bool']).toBeUndefined();
});

test('OP5 a value may be nested as deeply as serde_json reads it, and no deeper', () => {
  // Two brackets a level, inside those of the op and of `inner`.
  const nested = (levels: number): string =>
    `${'{"Array":['.repeat(levels)}"Null"${']}'.repeat(levels)}`;
  const deepest = contentOf(nested(62));
  expect(encodeValue(deepest as Value)).toBe(nested(62));
  expect(contentOf(nested(62).replace('"Null"', '{"Bool":true}'))).not.toBe('unreadable');
  expect(contentOf(nested(62).replace('"Null"', '{"Array":[]}'))).toBe('unreadable');
  expect(contentOf(nested(63))).toBe('unreadable');
  expect(contentOf(nested(6000))).toBe('unreadable');
});

test('OP6 path segments are fields or indices of 32 bytes', () => {
  const wrong = ['"Field"', '{"Field":"a","Field":"b"}', '{"Index":[1]}', '{"field":"a"}', '["a"]'];
  const texts = wrong.map((segment) => canonical.replace('{"Field":"items"}', () => segment));
  expect(texts.map(parse)).toEqual(texts.map(() => 'unreadable'));
});

test('OP7 the canonical text is the one serde_json writes', () => {
  const content = itemContent({ name: text('a"\u001f\b/\u007f é'), claimed_at: number(1e16) });
  const op = signedOp({
    signer,
    innerAuthor: '01'.repeat(32),
    content,
    path: [field('items'), index('02'.repeat(32))],
    dependsOn: ['03'.repeat(64)],
    id: '04'.repeat(32),
    signature: '05'.repeat(64),
  });
  const list = (byte: number, count: number): string => `[${Array(count).fill(byte).join(',')}]`;
  expect(encodeSignedOp(op)).toBe(
    `{"author":${list(160, 32)},"signed_digest":${list(5, 64)},` +
      `"inner":{"origin":${list(0, 32)},"author":${list(1, 32)},"seq":1,"content":{"Object":{` +
      '"agent":{"String":""},"blocked":{"Bool":false},"claimed_at":{"Number":1e16},' +
      '"claimed_by":{"String":""},"depends_on":{"String":""},' +
      '"name":{"String":"a\\"\\u001f\\b/\u007f é"},"retry_count":{"Number":0.0},' +
      '"stage":{"String":"1_backlog"},"story_id":{"String":""}}},' +
      `"path":[{"Field":"items"},{"Index":${list(2, 32)}}],"is_deleted":false,` +
      `"id":${list(4, 32)}},"depends_on":[${list(3, 64)}]}`,
  );
});

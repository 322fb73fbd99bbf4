import { describe, expect, test } from 'vitest';
import type { HeldLimits } from '../../worker/crdt/held.ts';
import { computeSeenKey } from '../../worker/crdt/identity.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { OpRecord, Verifier } from '../../worker/ports.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import type { StoreFailure } from '../../worker/relay/opLog.ts';
import { openPipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { STORE_RETRY_MS } from '../../worker/relay/storeWatch.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import {
  createSigner,
  idOf,
  insertOp,
  itemContent,
  opText,
  setOp,
  text,
} from '../support/opFactory.ts';
import { collect, openLog } from '../support/opLogRecords.ts';
import { recordOf, textRecord } from '../support/opRecords.ts';
import { settle } from '../support/settle.ts';

const signer = createSigner(1);
const story = (name: string): SignedOp =>
  insertOp({ signer, content: itemContent({ name: text(name) }) });
const first = story('first');
const second = story('second');
const rename = setOp(idOf(first), 'name', { signer, content: text('renamed') });
const textsOf = (...ops: readonly SignedOp[]): readonly string[] => ops.map(opText);
const keysOf = (...ops: readonly SignedOp[]): readonly string[] =>
  ops.map((op) => computeSeenKey(opText(op)));
const recordsOf = (...ops: readonly SignedOp[]): readonly OpRecord[] =>
  ops.map((op) => recordOf(opText(op)));

const full: StoreFailure = { type: 'failed', reason: 'full', detail: 'no space left on device' };
const storeError = {
  level: 'error',
  message: 'cannot store ops: they are not kept, acknowledged or passed on',
  fields: { pipeline: 'default', reason: 'full', detail: 'no space left on device' },
};

async function createRelay(options: { verifier?: Verifier; heldLimits?: HeldLimits } = {}) {
  const opLog = createMemoryOpLog();
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const verifier = options.verifier ?? createNodeVerifier(clock.yieldTurn);

  const open = async () => {
    const log = await openLog(opLog, 'default');
    const deps = { name: 'default', log, verifier, clock, logger };
    const opening = await openPipelineRelay(
      options.heldLimits === undefined ? deps : { ...deps, heldLimits: options.heldLimits },
    );
    if (opening.type !== 'opened') throw new Error(opening.detail);
    return opening.pipeline;
  };
  let pipeline = await open();

  return {
    opLog,
    clock,
    logger,
    stored: () => opLog.records('default'),
    restart: async () => {
      pipeline = await open();
    },
    close: () => pipeline.close(),
    receive: async (peer: string, texts: readonly string[]) =>
      (await pipeline.exchange.receive(texts, { peer, frame: 'live' })).stored,
    readLog: () => collect(pipeline.exchange.readLog()),
    logLength: () => pipeline.exchange.logLength(),
    /** What this peer is offered, as text; `(resync)` where it is asked to come again. */
    join(name: string, flush?: () => Promise<void>): string[] {
      const offered: string[] = [];
      pipeline.join(name, {
        offer: (op) => offered.push(new TextDecoder().decode(op.json())),
        resync: () => offered.push('(resync)'),
        ...(flush && { flush }),
      });
      return offered;
    },
    leave: (name: string) => pipeline.leave(name),
  };
}

const live = (...ops: readonly SignedOp[]): readonly string[] =>
  ops.map((op) => `{"v":1,"op":${opText(op)}}`);

describe('accepting', () => {
  test('REL6 stores a new op, acknowledges it and sends it to every peer but its own', async () => {
    const relay = await createRelay();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => relay.join(name));
    expect(await relay.receive('a', textsOf(first, second))).toEqual(keysOf(first, second));
    expect(relay.stored()).toEqual(recordsOf(first, second));
    expect([a, b, c]).toEqual([[], live(first, second), live(first, second)]);
    expect(relay.logger.lines).toEqual([]);
  });

  test('REL7 acknowledges an op that comes again, and neither stores nor sends it again', async () => {
    const relay = await createRelay();
    const b = relay.join('b');
    await relay.receive('a', textsOf(first, first));
    expect(await relay.receive('b', textsOf(first, second, first))).toEqual(keysOf(first, second));
    expect(relay.stored()).toEqual(recordsOf(first, second));
    expect(b).toEqual(live(first));
  });

  test('REL8 keeps and sends the text that came, whatever its spelling', async () => {
    const relay = await createRelay();
    const b = relay.join('b');
    const spelled = opText(first).replace('{"author"', ' { "unknown": {"x": [1]}, "author"');
    expect(await relay.receive('a', [spelled])).toEqual(keysOf(first));
    expect(await relay.receive('a', textsOf(first))).toEqual(keysOf(first));
    expect(relay.stored()).toEqual([textRecord(keysOf(first)[0]!, spelled)]);
    expect(b).toEqual([`{"v":1,"op":${spelled}}`]);
  });

  const forged = opText({ ...first, signed_digest: new Uint8Array(64).fill(1) });
  const proto = opText(
    insertOp({ signer, content: { type: 'object', entries: new Map([['__proto__', text('x')]]) } }),
  );

  test.each([
    ['no JSON', '{"author":', 'unparsable'],
    ['no op', '[]', 'unparsable'],
    ['too long a text', `${opText(first)}${' '.repeat(65_536)}`, 'too-large'],
    ['a forged signature', forged, 'wrong-signature'],
    ['an altered content', opText(first).replace('"first"', '"fi"'), 'wrong-id'],
    ['an item of hostile keys', proto, 'missing-fields'],
  ])('REL9 refuses %s with a log line and goes on with the batch', async (_, bad, reason) => {
    const relay = await createRelay();
    const b = relay.join('b');
    expect(await relay.receive('a', [bad, opText(second)])).toEqual(keysOf(second));
    expect(relay.stored()).toEqual(recordsOf(second));
    expect(b).toEqual(live(second));
    const fields = { pipeline: 'default', peer: 'a', reason, ops: 1, detail: expect.any(String) };
    expect(relay.logger.lines).toEqual([{ level: 'warn', message: 'refused ops', fields }]);
  });

  test('REL9 takes hostile keys beside the fields of an op for what they are, unknown', async () => {
    const relay = await createRelay();
    const hostile = `{"__proto__":{"author":[]},"constructor":1,${opText(first).slice(1)}`;
    expect(await relay.receive('a', [hostile])).toEqual(keysOf(first));
    expect(relay.stored()).toEqual([textRecord(keysOf(first)[0]!, hostile)]);
  });

  test('REL10 takes the genuine op after an altered copy of it', async () => {
    const relay = await createRelay();
    expect(await relay.receive('a', [forged])).toEqual([]);
    expect(await relay.receive('b', textsOf(first))).toEqual(keysOf(first));
  });

  test('REL11 writes 16 lines about the refused ops of a connection, and one that it stops', async () => {
    const relay = await createRelay();
    for (let batch = 0; batch < 30; batch += 1) await relay.receive('a', ['x', 'y']);
    expect(relay.logger.lines.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 16 }, () => 'refused ops'),
      'further refused ops of this peer are not told',
    ]);
    relay.leave('a');
    await relay.receive('a', ['x']);
    expect(relay.logger.lines.length).toBe(18);
  });
});

describe('holding', () => {
  test('REL12 holds an op without its item, then appends both in causal order', async () => {
    const relay = await createRelay();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => relay.join(name));
    expect(await relay.receive('a', textsOf(rename))).toEqual([]);
    expect(await relay.receive('a', textsOf(rename))).toEqual([]);
    expect([a, b, c, relay.stored()]).toEqual([[], [], [], []]);
    expect(await relay.receive('b', textsOf(first))).toEqual(keysOf(first));
    expect(relay.stored()).toEqual(recordsOf(first, rename));
    // Each goes to all but its own sender: b, who brought what it waited for, lacks it still.
    expect([a, b, c]).toEqual([live(first), live(rename), live(first, rename)]);
  });

  test('REL13 acknowledges a held op to its sender when that peer brings what it waits for', async () => {
    const relay = await createRelay();
    expect(await relay.receive('a', textsOf(rename))).toEqual([]);
    expect(await relay.receive('a', textsOf(first))).toEqual(keysOf(first, rename));
    expect(await relay.receive('b', textsOf(rename))).toEqual(keysOf(rename));
  });

  test('REL14 orders a batch that came in the wrong order', async () => {
    const relay = await createRelay();
    const dependent = setOp(idOf(first), 'stage', {
      signer,
      content: text('5_done'),
      dependsOn: [Buffer.from(rename.signed_digest).toString('hex')],
    });
    const stored = await relay.receive('a', textsOf(dependent, rename, first));
    expect([...stored].sort()).toEqual([...keysOf(first, rename, dependent)].sort());
    expect(relay.stored()).toEqual(recordsOf(first, rename, dependent));
  });

  test('REL15 forgets the oldest held ops over the bound, and takes them when they come again', async () => {
    const relay = await createRelay({ heldLimits: { ops: 2, bytes: 1e6 } });
    const sets = ['a', 'b', 'c'].map((name) =>
      setOp(idOf(first), 'name', { signer, content: text(name) }),
    );
    for (const op of sets) await relay.receive('a', textsOf(op));
    const fields = { pipeline: 'default', ops: 1 };
    const message = 'too many ops wait for others: the oldest are forgotten';
    expect(relay.logger.lines).toEqual([{ level: 'warn', message, fields }]);
    await relay.receive('b', textsOf(first));
    expect(relay.stored()).toEqual(recordsOf(first, sets[1]!, sets[2]!));
    expect(await relay.receive('a', textsOf(sets[0]!))).toEqual(keysOf(sets[0]!));
  });
});

test('REL48 asks a peer whose held ops were forgotten for all it has, once and later', async () => {
  const relay = await createRelay({ heldLimits: { ops: 1, bytes: 1e6 } });
  const [a, b] = [relay.join('a'), relay.join('b')];
  for (const name of ['a', 'b', 'c']) {
    await relay.receive('a', textsOf(setOp(idOf(first), 'name', { signer, content: text(name) })));
  }
  await relay.clock.advance(9_999);
  const before = [...a];
  await relay.clock.advance(60_000);
  expect([before, a, b]).toEqual([[], ['(resync)'], []]);
});

test('REL47 sends a released op also to a peer that sent it over a connection that is gone', async () => {
  const relay = await createRelay();
  relay.join('a');
  await relay.receive('a', textsOf(rename));
  relay.leave('a');
  const again = relay.join('a');
  await relay.receive('b', textsOf(first));
  expect(again).toEqual(live(first, rename));
});

describe('a store that fails', () => {
  test('REL16 logs an error; nothing is acknowledged, sent or seen, and later it can succeed', async () => {
    const relay = await createRelay();
    const b = relay.join('b');
    relay.opLog.failWith(full);
    expect(await relay.receive('a', textsOf(first, second))).toEqual([]);
    expect([relay.stored(), b, relay.logger.lines]).toEqual([[], [], [storeError]]);
    relay.opLog.failWith(null);
    expect(await relay.receive('a', textsOf(first))).toEqual(keysOf(first));
    expect([relay.stored(), b]).toEqual([recordsOf(first), live(first)]);
  });

  test('REL17 holds on to ops whose release could not be stored', async () => {
    const relay = await createRelay();
    await relay.receive('a', textsOf(rename));
    relay.opLog.failWith(full);
    expect(await relay.receive('b', textsOf(first))).toEqual([]);
    relay.opLog.failWith(null);
    expect(await relay.receive('b', textsOf(first))).toEqual(keysOf(first));
    expect(relay.stored()).toEqual(recordsOf(first, rename));
  });

  test('REL18 tries again by and by, then has those send again whose ops were lost', async () => {
    const relay = await createRelay();
    const [a, b] = ['a', 'b'].map((name) => relay.join(name));
    relay.opLog.failWith(full);
    await relay.receive('a', textsOf(first));
    await relay.receive('a', textsOf(second));
    expect(relay.logger.lines).toEqual([storeError]);
    await relay.clock.advance(STORE_RETRY_MS);
    expect(relay.logger.lines).toEqual([storeError, storeError]);
    relay.opLog.failWith(null);
    await relay.clock.advance(STORE_RETRY_MS);
    const works = {
      level: 'info',
      message: 'the store works again',
      fields: { pipeline: 'default' },
    };
    expect(relay.logger.lines).toEqual([storeError, storeError, works]);
    expect([a, b]).toEqual([['(resync)'], []]);
    expect(relay.clock.timersMs()).toEqual([]);
  });
});

describe('the log', () => {
  test('REL19 knows after a restart what it accepted, and verifies none of it again', async () => {
    let verified = 0;
    const verifier: Verifier = {
      verify: async (checks) => {
        verified += checks.length;
        return checks.map(() => true);
      },
    };
    const relay = await createRelay({ verifier });
    await relay.receive('a', textsOf(first));
    await relay.restart();
    expect(verified).toBe(1);
    const b = relay.join('b');
    expect(await relay.receive('a', textsOf(first, rename))).toEqual(keysOf(first, rename));
    expect(relay.stored()).toEqual(recordsOf(first, rename));
    expect(b).toEqual(live(rename));
    expect(verified).toBe(2);
  });

  test('REL20 gives peers the whole log, and its length', async () => {
    const relay = await createRelay();
    await relay.receive('a', textsOf(second, first));
    expect(await relay.readLog()).toEqual(recordsOf(second, first));
    expect(relay.logLength()).toBe(2);
  });

  test('REL21 shows nobody a damaged op, and takes it when a peer sends it', async () => {
    const relay = await createRelay();
    await relay.receive('a', textsOf(first, second, rename));
    relay.opLog.damage('default', 2);
    await relay.restart();
    expect(await relay.readLog()).toEqual(recordsOf(first, second));
    expect(relay.logLength()).toBe(2);
    expect(relay.logger.lines).toEqual([
      {
        level: 'error',
        message: 'the log had damaged ops: they are set aside until a peer sends them',
        fields: { pipeline: 'default', ops: 1 },
      },
    ]);
    expect(await relay.receive('a', textsOf(rename))).toEqual(keysOf(rename));
    expect(await relay.readLog()).toEqual(recordsOf(first, second, rename));
  });

  test('REL22 verifies batches side by side, and stores them one at a time', async () => {
    const waiting: (() => void)[] = [];
    const verifier: Verifier = {
      verify: (checks) => new Promise((done) => waiting.push(() => done(checks.map(() => true)))),
    };
    const relay = await createRelay({ verifier });
    const batches = [relay.receive('a', textsOf(first)), relay.receive('b', textsOf(first))];
    await settle();
    expect(waiting.length).toBe(2);
    // The second batch must wait for the first, and then finds the op stored.
    waiting[1]?.();
    await settle();
    const before = relay.stored().length;
    waiting[0]?.();
    await settle();
    expect(before).toBe(0);
    expect(await Promise.all(batches)).toEqual([keysOf(first), keysOf(first)]);
    expect(relay.stored()).toEqual(recordsOf(first));
  });

  test('DRN7 is closed when what its last batch gave the peers has gone out', async () => {
    const relay = await createRelay();
    let goOn = (): void => undefined;
    const flush = (): Promise<void> =>
      new Promise((done) => {
        told.push('(flush)');
        goOn = () => done();
      });
    const told = relay.join('slow', flush);
    const inHand = relay.receive('a', textsOf(first));
    const closing = relay.close().then(() => told.push('(closed)'));
    await inHand;
    await settle();
    expect(told).toEqual([...live(first), '(flush)']);
    goOn();
    await closing;
    expect(told).toEqual([...live(first), '(flush)', '(closed)']);
  });

  test('REL23 finishes the batch in hand when it closes, and takes no further one', async () => {
    const relay = await createRelay();
    const inHand = relay.receive('a', textsOf(first));
    await settle();
    const closing = relay.close();
    const late = relay.receive('a', textsOf(second));
    await closing;
    expect([await inHand, await late]).toEqual([keysOf(first), []]);
    expect(relay.stored()).toEqual(recordsOf(first));
  });
});

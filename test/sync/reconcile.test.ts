import { describe, expect, test } from 'vitest';
import { hexOf, someKeys } from '../support/keySets.ts';
import { createEnds, reconcileEnds, settleEnds } from '../support/reconcileEnds.ts';

const LOG = '0123456789abcdef0123456789abcdef';

function keysOf(seed: string, count: number): readonly string[] {
  return hexOf(someKeys(seed, count));
}

const shared = keysOf('shared', 2000);
const ours = keysOf('ours', 20);
const theirs = keysOf('theirs', 30);
const all = [...shared, ...ours, ...theirs].toSorted();

describe('reconciling', () => {
  test('REC1 Ends that hold the same find that out in less than a kilobyte', async () => {
    const ends = createEnds({ keys: shared }, { keys: shared, logId: LOG });
    const { bytes, messages } = await reconcileEnds(ends);
    expect(messages).toEqual(['offset', 'open', 'answer', 'offset']);
    expect(bytes).toBeLessThan(600);
    expect([ends.dialler.told(), ends.listener.told()]).toEqual([['equal'], ['equal']]);
    expect(ends.dialler.place()).toEqual({ log: LOG, offset: 2000 });
  });

  test('REC2 A place in the log of the listener brings what was appended since, and nothing else', async () => {
    const ends = createEnds(
      { keys: [...shared, ...ours], unacknowledged: ours, place: { log: LOG, offset: 2000 } },
      { keys: [...shared, ...theirs], logId: LOG },
    );
    const { messages } = await reconcileEnds(ends);
    expect(messages).toEqual([30, 'offset', 20, 'open', 'answer', 'offset']);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
    expect(ends.dialler.place()).toEqual({ log: LOG, offset: 2050 });
  });

  test('REC3 A dialler that holds nothing gets the log', async () => {
    const ends = createEnds({ keys: [] }, { keys: shared, logId: LOG });
    const { messages } = await reconcileEnds(ends);
    expect(messages).toEqual([2000, 'offset', 'open', 'answer', 'offset']);
    expect(ends.dialler.keys()).toEqual(shared);
  });

  test('REC4 Without a place each end gets what it lacks, and nothing else', async () => {
    const ends = createEnds(
      { keys: [...shared, ...ours] },
      { keys: [...shared, ...theirs], logId: LOG },
    );
    const { messages } = await reconcileEnds(ends);
    expect(messages).toEqual([
      ...['offset', 'open', 'answer', 'query', 'reply'],
      ...[20, 'want', 'done', 30, 'offset'],
    ]);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
    expect(ends.dialler.told()).toEqual(['expects 30', 'equal']);
    expect(ends.listener.told()).toEqual(['equal']);
  });

  test.each([
    ['of another log', { log: 'f'.repeat(32), offset: 2000 }],
    ['beyond the end', { log: LOG, offset: 9000 }],
    ['before what is missing', { log: LOG, offset: 2030 }],
  ])('REC5 A place is a hint: one %s does no harm', async (_, place) => {
    const ends = createEnds(
      { keys: [...shared, ...ours], place },
      { keys: [...shared, ...theirs], logId: LOG },
    );
    await reconcileEnds(ends);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
    expect(ends.dialler.place()).toEqual({ log: LOG, offset: 2050 });
  });

  test('REC6 Ends without a named log reconcile all the same', async () => {
    const ends = createEnds({ keys: [...shared, ...ours] }, { keys: [...shared, ...theirs] });
    await reconcileEnds(ends);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
    expect(ends.dialler.place()).toBe(null);
  });

  test('REC7 Where the differences do not make one set of the other, both ends send all they hold', async () => {
    const wrong = new Uint8Array(32).fill(7);
    const ends = createEnds(
      { keys: [...shared, ...ours] },
      {
        keys: [...shared, ...theirs],
        logId: LOG,
        tamper: (message) => (message.type === 'answer' ? { ...message, digest: wrong } : message),
      },
    );
    const { messages } = await reconcileEnds(ends);
    expect(messages.slice(-4)).toEqual(['done', 2020, 2050, 'offset']);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
    expect([ends.dialler.told(), ends.listener.told()]).toEqual([['differs'], ['differs']]);
  });

  test('REC7 Fingerprints that are equal where the keys are not end in sending all', async () => {
    const ends = createEnds(
      { keys: [...shared, ...ours] },
      {
        keys: [...shared, ...theirs],
        logId: LOG,
        // As if no range differed.
        tamper: (message) =>
          'reply' in message ? { ...message, reply: Uint8Array.of(0x61) } : message,
      },
    );
    const { messages } = await reconcileEnds(ends);
    expect(messages).toEqual(['offset', 'open', 'answer', 'done', 2020, 2050, 'offset']);
    expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
  });

  test('REC8 What is no message of Negentropy ends in sending all', async () => {
    const junk = Uint8Array.of(0x61, 9, 9, 9);
    for (const liar of ['dialler', 'listener'] as const) {
      const tamper = { dialler: {}, listener: {} };
      tamper[liar] = {
        tamper: (message: { readonly type: string }) => {
          if (message.type === 'query') return { type: 'query', query: junk };
          return message.type === 'reply' ? { type: 'reply', reply: junk } : message;
        },
      };
      const ends = createEnds(
        { keys: [...shared, ...ours], ...tamper.dialler },
        { keys: [...shared, ...theirs], logId: LOG, ...tamper.listener },
      );
      await reconcileEnds(ends);
      expect([ends.dialler.keys(), ends.listener.keys()]).toEqual([all, all]);
      const other = liar === 'dialler' ? ends.listener : ends.dialler;
      expect(other.told()).toEqual(['bad: no range at 4', 'differs']);
    }
  });

  test('REC9 A peer that never runs out of differences is cut short', async () => {
    const reply = Buffer.from(`61000001${'00'.repeat(16)}`, 'hex');
    const ends = createEnds(
      { keys: shared },
      {
        keys: theirs,
        logId: LOG,
        tamper: (message) => ('reply' in message ? { ...message, reply } : message),
      },
    );
    const { messages } = await reconcileEnds(ends);
    expect(messages.filter((message) => message === 'query').length).toBe(256);
    expect(ends.dialler.told()).toEqual(['differs']);
  });

  test('REC10 A message out of turn changes nothing', async () => {
    const ends = createEnds({ keys: shared }, { keys: shared, logId: LOG });
    await reconcileEnds(ends);
    const digest = new Uint8Array(32);
    const none = new Uint8Array();
    await ends.dialler.role.take({ type: 'reply', reply: none });
    await ends.dialler.role.take({ type: 'open', digest, query: none });
    await ends.listener.role.take({ type: 'want', keys: [digest] });
    await ends.listener.role.take({ type: 'open', digest, query: none });
    await ends.listener.role.take({ type: 'done', result: 'differs' });
    expect(await settleEnds(ends)).toEqual({ bytes: 0, messages: [] });
    expect(ends.dialler.told()).toEqual(['equal', 'bad: reply in over', 'bad: open in over']);
    expect(ends.listener.told()).toEqual([
      ...['equal', 'bad: want in over', 'bad: open in over', 'bad: done in over'],
    ]);
  });

  test('REC11 The dialler is told how far it is each second in which the log grew', async () => {
    const ends = createEnds({ keys: shared }, { keys: shared, logId: LOG });
    await reconcileEnds(ends);
    for (const key of theirs) {
      ends.listener.add([key]);
      ends.listener.role.noteGrowth();
    }
    await ends.listener.clock.advance(1000);
    ends.listener.role.noteGrowth();
    await ends.listener.clock.advance(5000);
    expect((await settleEnds(ends)).messages).toEqual(['offset']);
    expect(ends.dialler.place()).toEqual({ log: LOG, offset: 2030 });
  });
});

import fc from 'fast-check';
import { nip77 } from 'nostr-tools';
import { describe, expect, test } from 'vitest';
import type { KeySet } from '../../worker/sync/keySet.ts';
import { readMessage } from '../../worker/sync/rangeMessage.ts';
import { initiate, respond, takeReply } from '../../worker/sync/rangeSync.ts';
import { hexOf, keySetOf, someKeys } from '../support/keySets.ts';
import { createPlainResponder } from '../support/plainResponder.ts';

const MESSAGE_BYTES = 4096;

interface Findings {
  readonly have: readonly string[];
  readonly need: readonly string[];
  /** Length of each message, queries and replies in turn. */
  readonly sizes: readonly number[];
}

/** Runs our initiator against `answer` to the end. */
function reconcile(
  set: KeySet,
  answer: (query: Uint8Array) => Uint8Array,
  messageBytes = MESSAGE_BYTES,
): Findings {
  const have: Uint8Array[] = [];
  const need: Uint8Array[] = [];
  const sizes: number[] = [];
  for (let query: Uint8Array | null = initiate(set); query !== null; ) {
    const reply = answer(query);
    sizes.push(query.length, reply.length);
    const progress = finish(takeReply(set, reply, messageBytes));
    if (progress.type === 'bad') throw new Error(progress.detail);
    have.push(...progress.have);
    need.push(...progress.need);
    query = progress.query;
  }
  return { have: hexOf(have), need: hexOf(need), sizes };
}

function answerer(set: KeySet, messageBytes = MESSAGE_BYTES): (query: Uint8Array) => Uint8Array {
  return (query) => {
    const reply = finish(respond(set, query, messageBytes));
    if (reply.type === 'bad') throw new Error(reply.detail);
    return reply.message;
  };
}

function finish<T>(sliced: Generator<undefined, T, undefined>): T {
  for (;;) {
    const slice = sliced.next();
    if (slice.done === true) return slice.value;
  }
}

/** How many keys both ends have, one has, and the other has. */
const shapes = fc.tuple(fc.nat(400), fc.nat(60), fc.nat(60), fc.string());

function sidesOf([shared, ours, theirs, seed]: readonly [number, number, number, string]) {
  const all = someKeys(seed, shared + ours + theirs);
  const own = all.slice(0, shared + ours);
  const other = [...all.slice(0, shared), ...all.slice(shared + ours)];
  return {
    own,
    other,
    have: hexOf(all.slice(shared, shared + ours)),
    need: hexOf(all.slice(shared + ours)),
  };
}

describe('range-based set reconciliation', () => {
  test('RBSR1 The initiator comes to know what each end has that the other lacks', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { own, other, have, need } = sidesOf(shape);
        const found = reconcile(keySetOf(own), answerer(keySetOf(other)));
        expect([found.have, found.need]).toEqual([have, need]);
      }),
    );
  });

  test.each([
    ['nothing and much', 0, 0, 3000],
    ['much and nothing', 0, 3000, 0],
    ['nothing in common', 0, 1500, 1500],
    ['half', 1500, 1500, 0],
  ])('RBSR2 No message is longer than it may be: %s', (name, shared, ours, theirs) => {
    const { own, other, have, need } = sidesOf([shared, ours, theirs, name]);
    const found = reconcile(keySetOf(own), answerer(keySetOf(other)));
    expect([found.have, found.need]).toEqual([have, need]);
    expect(Math.max(...found.sizes)).toBeLessThanOrEqual(MESSAGE_BYTES);
  });

  test('RBSR3 The initiator of nostr-tools finds the same with our responder', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { own, other, have, need } = sidesOf(shape);
        const storage = new nip77.NegentropyStorageVector();
        for (const key of hexOf(own)) storage.insert(0, key);
        storage.seal();
        const initiator = new nip77.Negentropy(storage, MESSAGE_BYTES);
        const answer = answerer(keySetOf(other));
        const found = { have: [] as string[], need: [] as string[] };
        for (let query: string | null = initiator.initiate(); query !== null; ) {
          const reply = Buffer.from(answer(Buffer.from(query, 'hex'))).toString('hex');
          query = initiator.reconcile(
            reply,
            (id) => found.have.push(id),
            (id) => found.need.push(id),
          );
        }
        expect([found.have.sort(), found.need.sort()]).toEqual([have, need]);
      }),
      { numRuns: 50 },
    );
  });

  test('RBSR4 Our initiator finds the same with a responder written from the specification', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { own, other, have, need } = sidesOf(shape);
        const found = reconcile(keySetOf(own), createPlainResponder(hexOf(other)));
        expect([found.have, found.need]).toEqual([have, need]);
      }),
      { numRuns: 30 },
    );
  });

  test('RBSR5 Whatever comes is answered; what is not in the one spelling is bad', () => {
    const set = keySetOf(someKeys('set', 300));
    const queries = [initiate(set), answerer(set)(initiate(keySetOf(someKeys('other', 200))))];
    const mangled = fc.tuple(fc.constantFrom(...queries), fc.nat(), fc.nat(255), fc.boolean());
    const message = fc.oneof(
      mangled.map(([query, at, byte, isCut]) => {
        const changed = query.slice(0, isCut ? at % query.length : query.length);
        changed[at % changed.length] = byte;
        return changed;
      }),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Uint8Array.of(0x61, ...bytes)),
    );
    fc.assert(
      fc.property(message, (bytes) => {
        const reply = finish(respond(set, bytes, MESSAGE_BYTES));
        const progress = finish(takeReply(set, bytes, MESSAGE_BYTES));
        expect(reply.type === 'bad').toBe(readMessage(bytes).type === 'bad');
        expect(progress.type === 'bad').toBe(reply.type === 'bad');
      }),
      { numRuns: 500 },
    );
  });

  const a = 'aa'.repeat(32);
  const b = 'bb'.repeat(32);
  test.each([
    ['empty', ''],
    ['another version', '62'],
    ['a timestamp', '610201aa00'],
    ['a number that could be shorter', '6180010000'],
    ['a bound of infinity with a key', '610001aa00'],
    ['a bound longer than a key', `610121${'aa'.repeat(33)}00`],
    ['a range behind the last', '61000000000000'],
    ['bounds that descend', '610101bb000101aa00'],
    ['an unknown mode', '61000003'],
    ['a fingerprint cut off', '6100000100'],
    ['more keys than there are bytes', `61000002ff7f${a}`],
    ['keys that descend', `6100000202${b}${a}`],
    ['a key twice', `6100000202${a}${a}`],
    ['a key above its range', `610101aa0201${b}`],
    ['a key below its range', `610101bb00000002 01${a}`.replace(' ', '')],
  ])('RBSR6 A message is refused for %s', (_, hex) => {
    expect(readMessage(Buffer.from(hex, 'hex')).type).toBe('bad');
  });

  test('RBSR7 One hundred keys in 20,000 that differ cost a few messages, and none if none differs', () => {
    const { own, other } = sidesOf([20_000, 50, 50, 'many']);
    const found = reconcile(keySetOf(own), answerer(keySetOf(other), 60_000), 60_000);
    const bytes = found.sizes.reduce((sum, size) => sum + size, 0);
    expect([found.have.length, found.need.length, found.sizes.length]).toEqual([50, 50, 4]);
    expect(bytes).toBeLessThan(150_000);
    const same = reconcile(keySetOf(own), answerer(keySetOf(own)));
    expect(same.sizes.map((size) => size < 400)).toEqual([true, true]);
  });
});

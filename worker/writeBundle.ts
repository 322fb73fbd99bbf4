/** A bug bundle of what a replica holds: read and written a slice a turn, as it may be long. */

import { type BundleHead, encodeBundleHead, encodeTexts } from './bugBundle.ts';
import { opText } from './crdt/packedOp.ts';
import type { ItemOpsDeps } from './itemOps.ts';
import type { OpRecord } from './ports.ts';

/** About 5 ms. */
const OPS_PER_TURN = 128;

export type BundleSources = Pick<ItemOpsDeps, 'store' | 'unstored' | 'yieldTurn'>;

export async function writeBundle(
  head: BundleHead,
  { store, unstored, yieldTurn }: BundleSources,
): Promise<string> {
  return store.read(async (from) => {
    const parts = [encodeBundleHead(head)];
    async function* texts(records: AsyncIterable<readonly OpRecord[]>) {
      for await (const some of records) {
        for (let at = 0; at < some.length; at += OPS_PER_TURN) {
          await yieldTurn();
          yield some.slice(at, at + OPS_PER_TURN).map(({ bytes }) => opText(bytes));
        }
      }
    }
    async function* applied() {
      yield* from.readOps();
      yield unstored();
    }
    async function* held() {
      yield await from.readHeld();
    }
    for await (const part of encodeTexts('ops', texts(applied()))) parts.push(part);
    for await (const part of encodeTexts('held', texts(held()))) parts.push(part);
    return `${parts.join('')}}\n`;
  });
}

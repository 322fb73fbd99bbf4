/** Going through the log in turns that take well under 10 ms each. */

import type { OpRecord } from './ports.ts';

/** What was done with a record: it was passed over by a few of its bytes, or read. */
export type Pass = 'passed' | 'read';

/** An op is passed over in about 2 µs, and read in about 50 µs. */
const PASSED_PER_TURN = 2048;
const READ_PER_TURN = 64;

/** `take` gets each record, in the order of the log. */
export async function passLog(
  log: AsyncIterable<readonly OpRecord[]>,
  take: (record: OpRecord) => Pass,
  yieldTurn: () => Promise<void>,
): Promise<void> {
  let effort = 0;
  for await (const records of log) {
    for (const record of records) {
      effort += take(record) === 'passed' ? 1 / PASSED_PER_TURN : 1 / READ_PER_TURN;
      if (effort < 1) continue;
      effort = 0;
      await yieldTurn();
    }
  }
}

import { expect, test } from 'vitest';
import { createLogTail, type LogTail } from '../../worker/sync/logTail.ts';
import { OUTBOUND_FRAMES_MAX } from '../../worker/wire/limits.ts';

/** A log of numbered ops; `sent` is what the peer gets, in order. */
function createTailedLog(length: number) {
  const sent: string[] = [];
  let end = length;
  const tail: LogTail = createLogTail({
    logEnd: () => end,
    async *encode(from, to) {
      for (let place = from; place < to; place += 1) yield String(place);
    },
    send: (frame) => void sent.push(String(frame)),
  });
  return {
    sent,
    /** A new op in the log, offered; whether the tail takes it. */
    grow(): boolean {
      end += 1;
      return tail.take(String(end - 1));
    },
    /** Sends each chunk before the next is asked for. */
    async run(onSent: (chunk: string) => void = () => undefined) {
      for await (const chunk of tail.chunks()) {
        sent.push(String(chunk));
        onSent(String(chunk));
      }
    },
  };
}

const upTo = (end: number): readonly string[] => Array.from({ length: end }, (_, at) => `${at}`);

test('CON21 what is new while the log goes out follows it, once and in order', async () => {
  const log = createTailedLog(3);
  const taken = [log.grow()];
  await log.run((chunk) => {
    if (chunk === '1') taken.push(log.grow());
  });
  taken.push(log.grow());
  expect({ taken, sent: log.sent }).toEqual({ taken: [true, true, false], sent: upTo(5) });
});

test('CON21 what is too much to wait is read again from the log', async () => {
  const log = createTailedLog(2);
  await log.run((chunk) => {
    const count = chunk === '0' ? OUTBOUND_FRAMES_MAX + 10 : chunk === '500' ? 3 : 0;
    for (let made = 0; made < count; made += 1) log.grow();
  });
  expect(log.sent).toEqual(upTo(2 + OUTBOUND_FRAMES_MAX + 10 + 3));
});

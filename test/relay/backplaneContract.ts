import { expect, test } from 'vitest';
import type {
  Backplane,
  Place,
  Session,
  StreamedOp,
} from '../../worker/relay/backplane/backplane.ts';
import { messageOf } from '../support/memoryBackplane.ts';

/** What every backplane does. `open`: a broker with an empty stream of its own. */
export interface BrokerUnderTest {
  readonly backplane: Backplane;
  deleteStream(): Promise<void>;
  /** Ends the broker. */
  stop(): Promise<void>;
}

export function describeBackplane(open: () => Promise<BrokerUnderTest>): void {
  test('BPL1 gives what was published to a pipeline, in order, from any place on', async () => {
    const { session } = await connected(open);
    for (const id of ['a', 'b', 'c']) await session.publish('default', messageOf(id, `op ${id}`));
    const all = await follow(session, 'default', null);
    expect(all.ahead).toBe(3);
    await all.until(3);
    expect(all.read.map(plain)).toEqual(['a: op a', 'b: op b', 'c: op c']);
    await session.publish('default', messageOf('d', 'op d'));
    await all.until(4);
    const { seq, id } = all.read[1]!;
    const rest = await follow(session, 'default', { seq, id });
    expect(rest.ahead).toBe(2);
    await rest.until(2);
    expect(rest.read).toEqual(all.read.slice(2));
  });

  test('BPL2 keeps pipelines apart, whatever their names', async () => {
    const { session } = await connected(open);
    const names = ['a', 'a.b', '*', '>', 'A', 'a b', '_', '_2e', 'é'];
    for (const name of names) await session.publish(name, messageOf('same id', `of ${name}`));
    for (const name of names) {
      const followed = await follow(session, name, null);
      expect(followed.ahead).toBe(1);
      await followed.until(1);
      expect(followed.read.map(plain)).toEqual([`same id: of ${name}`]);
    }
  });

  test('BPL3 keeps a message once that is published again', async () => {
    const { session } = await connected(open);
    const first = await session.publish('default', messageOf('a', 'op a'));
    await session.publish('default', messageOf('b', 'op b'));
    expect(await session.publish('default', messageOf('a', 'another'))).toEqual(first);
    const followed = await follow(session, 'default', null);
    await followed.until(2);
    expect(followed.read.map(plain)).toEqual(['a: op a', 'b: op b']);
  });

  test('BPL4 says when the message at a place is not the one, or none is there', async () => {
    const { session } = await connected(open);
    const reader = { take: async () => undefined, onEnd: () => undefined };
    await session.publish('default', messageOf('a', 'op a'));
    await session.publish('other', messageOf('a', 'op a'));
    for (const place of [
      { seq: 1, id: 'b' },
      { seq: 2, id: 'a' },
      { seq: 9, id: 'a' },
    ]) {
      const answer = await session.subscribe('default', place, reader);
      expect(answer).toEqual({ type: 'misplaced' });
    }
  });

  test('BPL5 ends its session when the stream is gone, and makes another one', async () => {
    const { broker, session } = await connected(open);
    await session.publish('default', messageOf('a', 'op a'));
    await broker.deleteStream();
    await session.publish('default', messageOf('b', 'op b'));
    expect(await session.ended).toBe('the stream is gone');
    const next = await sessionOf(broker.backplane);
    expect(next.stream).not.toBe(session.stream);
    expect((await follow(next, 'default', null)).ahead).toBe(0);
  });

  test('BPL6 ends its session with the broker; then nothing can be had, and nothing rejects', async () => {
    const { broker, session } = await connected(open);
    const followed = await follow(session, 'default', null);
    await broker.stop();
    expect(await session.ended).toEqual(expect.any(String));
    const reader = { take: async () => undefined, onEnd: () => undefined };
    const outcomes = [
      await session.publish('default', messageOf('a', 'op a')),
      await session.subscribe('default', null, reader),
      await broker.backplane.connect(),
    ];
    expect(outcomes.map(({ type }) => type)).toEqual(['failed', 'failed', 'failed']);
    expect(followed.read).toEqual([]);
    await session.close();
  });
}

async function connected(open: () => Promise<BrokerUnderTest>) {
  const broker = await open();
  return { broker, session: await sessionOf(broker.backplane) };
}

async function sessionOf(backplane: Backplane): Promise<Session> {
  const outcome = await backplane.connect();
  if (outcome.type === 'failed') throw new Error(outcome.reason);
  return outcome.session;
}

async function follow(session: Session, pipeline: string, after: Place | null) {
  const read: StreamedOp[] = [];
  let wake = (): void => undefined;
  const answer = await session.subscribe(pipeline, after, {
    async take(ops) {
      read.push(...ops);
      wake();
    },
    onEnd: () => undefined,
  });
  if (answer.type !== 'subscribed') throw new Error(answer.type);
  return {
    read,
    ahead: answer.ahead,
    async until(count: number) {
      while (read.length < count) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
  };
}

function plain({ id, bytes }: StreamedOp): string {
  return `${id}: ${new TextDecoder().decode(bytes)}`;
}

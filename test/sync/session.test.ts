import { describe, expect, test } from 'vitest';
import {
  createSession,
  type Session,
  type SessionEffect,
  type SessionEvent,
  step,
  syncOf,
} from '../../worker/sync/session.ts';
import { OWN_CAPABILITIES } from '../../worker/wire/frames.ts';
import { type EventName, events, type StateName, sessions, table } from './sessionTable.ts';

const nameOf = (session: Session): StateName =>
  session.name === 'opening' || session.name === 'greeting'
    ? `${session.name} ${session.end}`
    : session.name;

const cells = (Object.keys(table) as StateName[]).flatMap((state) =>
  (Object.keys(table[state]) as EventName[]).map((event) => [state, event] as const),
);

/** The session after all events, and the effects of each. */
function play(
  start: Session,
  ...played: readonly SessionEvent[]
): readonly [Session, readonly (readonly SessionEffect[])[]] {
  let session = start;
  const effects = played.map((event) => {
    const [next, caused] = step(session, event);
    session = next;
    return caused;
  });
  return [session, effects];
}

describe('the table', () => {
  test.each(cells)('SES1 in %s, the event %s does what the table says', (state, event) => {
    const [session, effects] = step(sessions[state], events[event]);
    expect({ to: nameOf(session), effects }).toEqual(table[state][event]);
  });

  test('SES1 an event that leaves the state leaves the session itself', () => {
    const quiet = cells.filter(([state, event]) => table[state][event].effects.length === 0);
    for (const [state, event] of quiet) {
      if (table[state][event].to !== state || event === 'expected') continue;
      expect(step(sessions[state], events[event])[0]).toBe(sessions[state]);
    }
  });
});

describe('greeting', () => {
  const rustBulk: SessionEvent = { type: 'bulk', ops: ['a', 'b'], caps: null, left: 0 };
  const firstFrame: SessionEvent = { type: 'bulk', ops: [], caps: ['rbsr1', 'ack1'], left: 0 };

  test('SES2 the dialler speaks first, and gives its log when it has been answered', () => {
    const [session, effects] = play(
      createSession('dialler', ['ack1']),
      { type: 'opened' },
      firstFrame,
    );
    expect(effects).toEqual([
      [{ type: 'send-first-frame' }, { type: 'start-greeting-timer', delayMs: 5000 }],
      [{ type: 'stop-greeting-timer' }, { type: 'send-log' }],
    ]);
    expect(session).toEqual({
      name: 'catching-up',
      caps: ['ack1'],
      received: 0,
      done: 0,
      left: null,
    });
  });

  test('SES3 the listener waits a second for the first frame, then sends its own and its log', () => {
    const [, effects] = play(
      createSession('listener', OWN_CAPABILITIES),
      { type: 'opened' },
      { type: 'greeting-timeout' },
    );
    expect(effects).toEqual([
      [{ type: 'start-greeting-timer', delayMs: 1000 }],
      [
        { type: 'log', level: 'info', message: 'peer has not greeted' },
        { type: 'send-first-frame' },
        { type: 'send-log' },
      ],
    ]);
  });

  test('SES4 a capability counts when both ends name it, however late the peer does', () => {
    const named = play(sessions.unheard, { ...firstFrame, caps: ['ack1'] })[0];
    const unnamed = play(sessions['greeting listener'], { ...firstFrame, caps: ['other'] })[0];
    expect(named).toMatchObject({ name: 'catching-up', caps: ['ack1'] });
    expect(unnamed).toMatchObject({ name: 'catching-up', caps: [] });
  });

  test('SES4 only the first bulk names capabilities', () => {
    const [session] = play(
      sessions['greeting dialler'],
      { ...rustBulk, ops: [] },
      { ...firstFrame, ops: ['c'] },
    );
    expect(session).toMatchObject({ name: 'catching-up', caps: [] });
  });

  test('SES5 a bulk without capabilities, as of a Rust node, is answered with the log', () => {
    const [session, effects] = play(sessions['greeting listener'], rustBulk);
    expect(session).toEqual({ name: 'catching-up', caps: [], received: 2, done: 0, left: 0 });
    expect(effects).toEqual([
      [
        { type: 'stop-greeting-timer' },
        { type: 'send-first-frame' },
        { type: 'send-log' },
        { type: 'deliver', ops: ['a', 'b'], frame: 'bulk' },
      ],
    ]);
  });

  test('SES5 a peer without capabilities gets no acks', () => {
    const stored: SessionEvent = { type: 'received', ops: 2, frame: 'bulk', stored: ['k', 'l'] };
    expect(play(sessions['greeting listener'], rustBulk, stored)).toMatchObject([
      { name: 'live', caps: [] },
      [expect.any(Array), []],
    ]);
  });
});

describe('reconciling', () => {
  const caps = ['rbsr1', 'ack1'];
  const first: SessionEvent = { type: 'bulk', ops: [], caps, left: 0, log: 'abc', since: 7 };
  const ops = (left: number): SessionEvent => ({ type: 'bulk', ops: ['a'], caps: null, left });
  const dealtWith: SessionEvent = { type: 'received', ops: 1, frame: 'bulk', stored: [] };
  const over = (result: 'equal' | 'differs'): SessionEvent => ({ type: 'reconciled', result });

  test('SES9 where both ends named rbsr1 they reconcile, and send no log', () => {
    const introduction = { log: 'abc', since: 7 };
    const [session, effects] = play(sessions['greeting listener'], first);
    expect(session).toMatchObject({ name: 'reconciling', caps: ['ack1', 'rbsr1'] });
    expect(effects).toEqual([
      [
        { type: 'stop-greeting-timer' },
        { type: 'send-first-frame' },
        { type: 'start-reconcile', introduction },
      ],
    ]);
  });

  test('SES9 a log that went out before the greeting is not sent again', () => {
    const [session, effects] = play(sessions.unheard, first);
    expect(session).toMatchObject({ name: 'reconciling' });
    expect(effects).toEqual([[{ type: 'start-reconcile', introduction: {} }]]);
  });

  test('SES10 reconciling is catching up until it is over', () => {
    const played = [
      first,
      ops(1),
      dealtWith,
      ops(0),
      dealtWith,
      { type: 'expected', ops: 1 },
      ops(0),
      dealtWith,
      over('equal'),
    ] as const;
    let session: Session = sessions['greeting dialler'];
    const progress = played.map((event) => {
      session = step(session, event)[0];
      const sync = syncOf(session);
      return sync.name === 'live' ? 'live' : `${sync.done} of ${sync.total}`;
    });
    expect(progress).toEqual([
      ...['0 of 0', '0 of 2', '1 of 2', '1 of 2', '2 of 2'],
      ...['2 of 3', '2 of 3', '3 of 3', 'live'],
    ]);
  });

  test('SES11 when the sets differ after all, the log is sent and the log of the peer awaited', () => {
    const [session, effects] = play(sessions['greeting dialler'], first, over('differs'));
    expect(effects.at(-1)).toEqual([{ type: 'send-log' }]);
    expect(session).toMatchObject({ name: 'catching-up', left: null });
    expect(play(session, ops(0), dealtWith)[0]).toMatchObject({ name: 'live' });
  });
});

describe('catching up', () => {
  const start: Session = {
    name: 'catching-up',
    caps: ['ack1'],
    received: 0,
    done: 0,
    left: null,
  };
  const chunk = (ops: readonly string[], left: number): SessionEvent => ({
    type: 'bulk',
    ops,
    caps: null,
    left,
  });
  const dealtWith = (ops: number, frame: 'bulk' | 'live' = 'bulk'): SessionEvent => ({
    type: 'received',
    ops,
    frame,
    stored: [],
  });

  test('SES6 catching up goes from what was dealt with to what was announced, then is live', () => {
    const played = [
      chunk(['a', 'b'], 3),
      dealtWith(1),
      dealtWith(1),
      chunk(['c', 'd', 'e'], 0),
      dealtWith(2),
      dealtWith(1),
    ];
    let session: Session = start;
    const progress = played.map((event) => {
      session = step(session, event)[0];
      return syncOf(session);
    });
    expect(progress).toEqual([
      { name: 'catching-up', done: 0, total: 5 },
      { name: 'catching-up', done: 1, total: 5 },
      { name: 'catching-up', done: 2, total: 5 },
      { name: 'catching-up', done: 2, total: 5 },
      { name: 'catching-up', done: 4, total: 5 },
      { name: 'live' },
    ]);
  });

  test('SES6 an empty bulk makes live at once', () => {
    expect(play(start, chunk([], 0))[0]).toEqual({ name: 'live', caps: ['ack1'] });
  });

  test('SES6 live ops do not count as caught up', () => {
    const [session] = play(start, chunk(['a', 'b'], 0), dealtWith(2, 'live'));
    expect(syncOf(session)).toEqual({ name: 'catching-up', done: 0, total: 2 });
  });

  test('SES6 a bulk may come again', () => {
    const [session] = play(sessions.live, chunk(['a', 'b'], 1), dealtWith(2));
    expect(syncOf(session)).toEqual({ name: 'catching-up', done: 2, total: 3 });
    expect(play(session, chunk(['c'], 0), dealtWith(1))[0]).toEqual(sessions.live);
  });

  test.each(['opening dialler', 'greeting listener', 'unheard', 'closed'] as const)(
    'SES6 in %s, nothing is known of what will come',
    (state) => {
      expect(syncOf(sessions[state])).toEqual({ name: 'catching-up', done: 0, total: 0 });
    },
  );
});

describe('failures', () => {
  test.each([
    ['outbound-overflow', 'warn', 1013],
    ['inbound-overflow', 'warn', 1013],
    ['exchange-broken', 'error', 1011],
  ] as const)('SES7 %s is logged as %s and closes with %i', (failure, level, code) => {
    const [session, [effects = []]] = play(sessions.live, { type: 'failed', failure });
    expect(session).toMatchObject({ name: 'closed', code });
    expect(effects).toEqual([
      { type: 'stop-greeting-timer' },
      { type: 'log', level, message: expect.any(String) },
      { type: 'close', code, reason: expect.any(String) },
    ]);
  });
});

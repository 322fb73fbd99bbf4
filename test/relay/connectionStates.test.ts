import { expect, test } from 'vitest';
import { createConnectionStates } from '../../worker/relay/connectionStates.ts';
import { NO_METRICS } from '../../worker/relay/metrics.ts';

const CLOSE = { code: 1000, reason: '', clean: true };
const HANDLERS = {
  onOpen: () => undefined,
  onText: () => undefined,
  onBinary: () => undefined,
  onClose: () => undefined,
};

function createWorld() {
  const gauge = { opening: 0, unauthenticated: 0, open: 0, draining: 0 };
  const states = createConnectionStates({
    ...NO_METRICS,
    move(_, label, by) {
      gauge[label as keyof typeof gauge] += by;
    },
  });
  return { gauge, states };
}

test('OBS12 a connection is opening, then not known, then open, then draining, then gone', async () => {
  const { gauge, states } = createWorld();
  const none = { opening: 0, unauthenticated: 0, open: 0, draining: 0 };
  let admit = (): void => undefined;
  const admitted = states.during(
    new Promise<void>((done) => {
      admit = done;
    }),
  );
  expect(gauge).toEqual({ ...none, opening: 1 });
  admit();
  await admitted;
  expect(gauge).toEqual(none);
  const [asked, known] = [{}, {}];
  const first = states.follow(asked, 'unauthenticated', HANDLERS);
  const second = states.follow(known, 'open', HANDLERS);
  // It is let in before its socket opens.
  states.letIn(known);
  first.onOpen();
  second.onOpen();
  expect(gauge).toEqual({ ...none, unauthenticated: 1, open: 1 });
  states.letIn(asked);
  expect(gauge).toEqual({ ...none, open: 2 });
  states.drain();
  expect(gauge).toEqual({ ...none, draining: 2 });
  first.onClose(CLOSE);
  second.onClose(CLOSE);
  expect(gauge).toEqual(none);
});

test('OBS12 one that leaves before it is known is counted no more, also when it is let in after that', () => {
  const { gauge, states } = createWorld();
  const request = {};
  const socket = states.follow(request, 'unauthenticated', HANDLERS);
  socket.onOpen();
  socket.onClose(CLOSE);
  states.letIn(request);
  states.drain();
  expect(gauge).toEqual({ opening: 0, unauthenticated: 0, open: 0, draining: 0 });
});

/**
 * Drives one `Gate` over one socket: the listening end of a connection whose dialler has to show
 * first who it is. What comes in goes to the session once the gate is open, and not before.
 *
 * Invariant: what a peer sends between being let in and being taken over is kept, up to a bound.
 */

import type { Clock, Socket, SocketClose, SocketHandlers, Timer } from '../ports.ts';
import type { Challenge, Proof } from '../wire/accessFrames.ts';
import { BULK_CHUNK_BYTES, FRAME_OVERHEAD_BYTES } from '../wire/limits.ts';
import {
  createGate,
  type GateEffect,
  type GateEvent,
  type GateRule,
  stepGate,
  type Verdict,
} from './gate.ts';

/** Who decides; it remembers whom it admitted. Never throws or rejects. */
export interface Judge {
  token(token: string): Verdict;
  proof(proof: Proof, challenge: Challenge): Promise<Verdict>;
}

export interface GuardOptions {
  readonly rule: GateRule;
  readonly judge: Judge;
  /** Gives the socket its handlers. */
  readonly connect: (handlers: SocketHandlers) => Socket;
  readonly clock: Clock;
  /** The peer is let in. `connect` gives the session its socket, now or later. */
  readonly onLetIn: (guarded: GuardedSocket) => void;
  /** The gate was shut; nothing follows. */
  readonly onShut: (close: Pick<SocketClose, 'code' | 'reason'>) => void;
}

export interface GuardedSocket {
  connect(handlers: SocketHandlers): Socket;
  close(code: number, reason: string): void;
}

/** A peer that sends more than this before it is taken over lags behind itself: Try Again Later. */
const KEPT_BYTES_MAX = 2 * BULK_CHUNK_BYTES;
const TRY_LATER = 1013;

export function guardSocket(options: GuardOptions): void {
  const { clock, judge } = options;
  let gate = createGate(options.rule);
  let timer: Timer | null = null;
  /** What calls the session's handlers, in order; until there are any it is kept. */
  const kept: ((handlers: SocketHandlers) => void)[] = [];
  let keptBytes = 0;
  let session: SocketHandlers | null = null;

  function dispatch(event: GateEvent): void {
    const [next, effects] = stepGate(gate, event);
    gate = next;
    for (const effect of effects) carryOut(effect);
  }

  function carryOut(effect: GateEffect): void {
    switch (effect.type) {
      case 'start-timer':
        timer = clock.startTimer(effect.delayMs, () => dispatch({ type: 'timeout' }));
        return;
      case 'stop-timer':
        timer?.cancel();
        return;
      case 'send':
        socket.send(effect.frame);
        return;
      case 'judge-token':
        dispatch({ type: 'judged', verdict: judge.token(effect.token) });
        return;
      case 'judge-proof':
        void judge
          .proof(effect.proof, effect.challenge)
          .then((verdict) => dispatch({ type: 'judged', verdict }));
        return;
      case 'let-in':
        kept.push((handlers) => handlers.onOpen());
        pass(effect.firstFrame);
        options.onLetIn({ connect, close: socket.close });
        return;
      case 'close':
        socket.close(effect.code, effect.reason);
        options.onShut({ code: effect.code, reason: effect.reason });
        return;
    }
  }

  function take(frame: string | Uint8Array): void {
    if (gate.name === 'open') pass(frame);
    else dispatch({ type: 'frame', frame });
  }

  function pass(frame: string | Uint8Array): void {
    const call = (handlers: SocketHandlers): void =>
      typeof frame === 'string' ? handlers.onText(frame) : handlers.onBinary(frame);
    if (session !== null) {
      call(session);
      return;
    }
    // An empty frame takes memory too.
    keptBytes += frame.length + FRAME_OVERHEAD_BYTES;
    if (keptBytes > KEPT_BYTES_MAX) socket.close(TRY_LATER, 'too much before this end is ready');
    else kept.push(call);
  }

  function connect(handlers: SocketHandlers): Socket {
    for (const call of kept.splice(0)) call(handlers);
    session = handlers;
    return socket;
  }

  const early: (() => void)[] = [];
  let isReady = false;
  const whenReady = (run: () => void): void => {
    if (isReady) run();
    else early.push(run);
  };
  const socket = options.connect({
    onOpen: () => whenReady(() => dispatch({ type: 'opened' })),
    onText: (text) => whenReady(() => take(text)),
    onBinary: (bytes) => whenReady(() => take(bytes)),
    onClose: (close) =>
      whenReady(() => {
        if (session !== null) session.onClose(close);
        else if (gate.name === 'open') kept.push((handlers) => handlers.onClose(close));
        dispatch({ type: 'closed' });
      }),
  });
  isReady = true;
  for (const run of early) run();
}

import type { Clock, Logger, Socket, SocketHandlers, Valve } from '../ports.ts';
import { FORBIDDEN, TOO_LATE, UNAUTHENTICATED } from '../sync/gate.ts';
import { guardSocket } from '../sync/guardedSocket.ts';
import { withRetryHint } from '../sync/retryHint.ts';
import type { Door, Entrance, Pass } from './access/door.ts';
import type { LivePasses } from './access/livePasses.ts';
import { boundFrames, type FrameLimits, frameBytesOf } from './frameTrust.ts';
import type { Metrics } from './metrics.ts';
import { maySync } from './origin.ts';
import { createPace, type PaceSettings } from './pacedPeer.ts';
import { acceptPeer } from './peers.ts';
import type { PipelineRelay } from './pipelineRelay.ts';
import type { PipelineLimits, Pipelines } from './pipelines.ts';
import { createKeySeats, type KeySeatLimits } from './seats.ts';
import type { Acceptor, Admission, PeerRequest } from './webSocketServer.ts';

/** Takes those who ask to sync: the page's origin, then the door, then the pipeline. */

export interface AdmissionDeps {
  readonly pipelines: Pipelines;
  readonly door: Door;
  readonly passes: LivePasses;
  /** Of the pages of other sites. */
  readonly allowedOrigins: readonly string[];
  readonly limits: FrameLimits & PaceSettings & KeySeatLimits & PipelineLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told of each one who is let in. Absent: nobody is. */
  readonly onLetIn?: (request: PeerRequest) => void;
}

const FOREIGN_PAGE = 'this relay does not sync with pages of other sites: see allow_origin';
const POLICY_VIOLATION = 1008;
const TRY_LATER = 1013;

const FULL_KEY = {
  code: TRY_LATER,
  reason: withRetryHint('this key has as many connections as it may have', 30),
};

/** Most bytes of one who is not in yet: the head, a first frame and a proof, with room. */
const STRANGER_BYTES_MAX = 64 * 1024;

/** How often it is told that somebody who failed too often was sent away. */
const TELL_WAITING_MS = 10_000;

type Connect = (handlers: SocketHandlers) => Socket;

function seated(connect: Connect, free: () => void): Connect {
  return (handlers) =>
    connect({
      ...handlers,
      onClose(close) {
        free();
        handlers.onClose(close);
      },
    });
}

interface Line {
  readonly connect: Connect;
  readonly valve: Valve;
}

export function createAdmission(deps: AdmissionDeps): (request: PeerRequest) => Promise<Admission> {
  const { pipelines, door, passes, limits, clock, logger, metrics } = deps;
  const tooManyPipelines = `this relay has ${limits.maxPipelines} pipelines and takes no further one`;
  const pace = createPace(limits, clock, metrics);
  const keySeats = createKeySeats(limits, metrics);
  let accepted = 0;
  let toldWaitingMs = 0;

  function tell(request: PeerRequest, { code, reason }: { code: number; reason: string }): void {
    if (code === UNAUTHENTICATED) metrics.count('access_failures', 'unauthenticated');
    if (code === FORBIDDEN) metrics.count('access_failures', 'forbidden');
    if (reason === TOO_LATE) metrics.count('limit_hits', 'unauthenticated-time');
    if (code === TRY_LATER) {
      if (clock.nowMs() - toldWaitingMs < TELL_WAITING_MS) return;
      toldWaitingMs = clock.nowMs();
    }
    const { pipeline, remote, origin } = request;
    const fields = { pipeline, peer: remote, reason, origin: origin ?? null };
    logger.warn('sent a peer away', fields);
  }

  function sendAway(request: PeerRequest, reason: string, code = POLICY_VIOLATION): Admission {
    tell(request, { code, reason });
    return { type: 'refused', code, reason };
  }

  function take(request: PeerRequest, pipeline: PipelineRelay, pass: Pass, line: Line): void {
    accepted += 1;
    deps.onLetIn?.(request);
    // The port of a peer that left may come again: the number does not.
    const peer = `${request.pipeline}#${accepted} ${request.remote}`;
    const access = { pass, passes, pipeline: request.pipeline };
    const { connect, valve } = line;
    acceptPeer({
      pipeline,
      peer,
      access,
      connect,
      pace: { ...pace, valve },
      clock,
      logger,
      metrics,
    });
  }

  /** Whoever has to show who they are learns nothing of pipelines before. */
  function ask(request: PeerRequest, entrance: Extract<Entrance, { type: 'ask' }>): Admission {
    const accept: Acceptor = (connect, valve) =>
      guardSocket({
        rule: entrance.rule,
        judge: entrance.judge,
        connect,
        clock,
        onShut: (close) => tell(request, close),
        async onLetIn(guarded) {
          const opening = await pipelines.open(request.pipeline);
          const pass = entrance.pass();
          if (pass === null || opening.type === 'unreadable') {
            guarded.close(TRY_LATER, 'the pipeline cannot be read');
          } else if (opening.type === 'too-many') {
            tell(request, { code: POLICY_VIOLATION, reason: tooManyPipelines });
            guarded.close(POLICY_VIOLATION, tooManyPipelines);
          } else {
            const seat = pass.shown?.type === 'key' ? keySeats.take(pass.shown.id) : null;
            if (seat?.type === 'full') {
              tell(request, FULL_KEY);
              guarded.close(FULL_KEY.code, FULL_KEY.reason);
              return;
            }
            const frameBytes = frameBytesOf(pass, limits);
            const bounded = boundFrames(guarded, frameBytes, () =>
              metrics.count('limit_hits', 'frame-bytes'),
            );
            take(request, opening.pipeline, pass, {
              connect: seat === null ? bounded : seated(bounded, seat.free),
              valve,
            });
          }
        },
      });
    const bytesMax = (): number => (entrance.pass() === null ? STRANGER_BYTES_MAX : Infinity);
    return { type: 'admitted', accept, frameBytes: limits.maxFrameBytes, bytesMax };
  }

  return async (request) => {
    if (!maySync(request, deps.allowedOrigins)) return sendAway(request, FOREIGN_PAGE);
    const entrance = door.enter(request);
    if (entrance.type === 'away' && entrance.code === TRY_LATER) {
      metrics.count('limit_hits', 'failed-attempts');
    }
    if (entrance.type === 'away') return sendAway(request, entrance.reason, entrance.code);
    if (entrance.type === 'ask') return ask(request, entrance);
    const opening = await pipelines.open(request.pipeline);
    if (opening.type === 'too-many') return sendAway(request, tooManyPipelines);
    if (opening.type === 'unreadable') return { type: 'unavailable' };
    const { pipeline } = opening;
    return {
      type: 'admitted',
      frameBytes: frameBytesOf(entrance.pass, limits),
      accept: (connect, valve) => take(request, pipeline, entrance.pass, { connect, valve }),
    };
  };
}

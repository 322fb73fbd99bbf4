import type { Clock, Dialler, Socket, SocketHandlers } from '../ports.ts';
import type { ConnectionStates } from './connectionStates.ts';
import { closeCodeLabel, type GaugeLabel, type Metrics } from './metrics.ts';
import type { PipelineLog } from './opLog.ts';
import type { Admission, PeerRequest } from './webSocketServer.ts';

/** Puts counting between the relay's parts, so that the parts know nothing of it. */

type Admit = (request: PeerRequest) => Promise<Admission>;
type End = GaugeLabel<'connections'>;

export function meterAdmission(admit: Admit, metrics: Metrics, states: ConnectionStates): Admit {
  return async (request) => {
    const admission = await states.during(admit(request));
    metrics.count('admissions', admission.type);
    if (admission.type !== 'admitted') return admission;
    // A bound on bytes: it has to show first who it is.
    const state = admission.bytesMax === undefined ? 'open' : 'unauthenticated';
    const accept: typeof admission.accept = (connect, valve) =>
      admission.accept((handlers) => {
        const followed = states.follow(request, state, handlers);
        return meterSocket('listener', connect, followed, metrics);
      }, valve);
    return { ...admission, accept };
  };
}

export function meterDialler(dialler: Dialler, metrics: Metrics): Dialler {
  return {
    dial(address, handlers) {
      const connect = (metered: SocketHandlers): Socket => dialler.dial(address, metered);
      return meterSocket('dialler', connect, handlers, metrics);
    },
  };
}

/** Counts what each append took and how many ops it had. */
export function meterLog(log: PipelineLog, clock: Clock, metrics: Metrics): PipelineLog {
  return {
    ...log,
    async append(records) {
      const beganMs = clock.nowMs();
      const outcome = await log.append(records);
      if (outcome.type === 'stored' && records.length > 0) {
        metrics.observe('append_seconds', Math.max(0, clock.nowMs() - beganMs) / 1000);
        metrics.observe('append_ops', records.length);
      }
      return outcome;
    },
  };
}

function meterSocket(
  end: End,
  connect: (handlers: SocketHandlers) => Socket,
  handlers: SocketHandlers,
  metrics: Metrics,
): Socket {
  let isOpen = false;
  const note = (direction: 'in' | 'out', bytes: number): void => {
    metrics.count('frames', direction);
    metrics.count('bytes', direction, bytes);
  };
  const socket = connect({
    onOpen() {
      isOpen = true;
      metrics.count('connections_opened', end);
      metrics.move('connections', end, 1);
      handlers.onOpen();
    },
    onText(text) {
      note('in', Buffer.byteLength(text));
      handlers.onText(text);
    },
    onBinary(bytes) {
      note('in', bytes.length);
      handlers.onBinary(bytes);
    },
    onClose(close) {
      // A dial that failed was no connection.
      if (isOpen) {
        metrics.move('connections', end, -1);
        metrics.count('connections_closed', closeCodeLabel(close.code));
      }
      handlers.onClose(close);
    },
  });
  return {
    ...socket,
    send(frame) {
      note('out', typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length);
      socket.send(frame);
    },
  };
}

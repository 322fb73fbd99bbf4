import type { SocketStatus } from '../api.ts';
import type { Clock, Dialler, Logger, Random, Socket, SocketHandlers } from '../ports.ts';
import { createConnection } from '../sync/connection.ts';
import type { Failure } from '../sync/failure.ts';
import { createRefusalBudget } from '../sync/refusalBudget.ts';
import { createRendezvous, type Rendezvous } from '../sync/rendezvous.ts';
import type { Pass } from './access/door.ts';
import type { LivePasses } from './access/livePasses.ts';
import { readInTurn } from './bulkPlaces.ts';
import { type CounterLabel, type Metrics, NO_METRICS } from './metrics.ts';
import { type Pace, paced, startPacer } from './pacedPeer.ts';
import type { PipelineRelay } from './pipelineRelay.ts';
import { createReadOnlyExchange } from './readOnlyExchange.ts';

/** Joins peers to a pipeline: those that dial the relay and those that the relay dials. */

/** Service Restart (RFC 6455's registry): the peer may come back at once. */
const RESYNC_CODE = 1012;

/** The limits among what makes this end give a peer up. */
const LIMIT_OF: { readonly [Name in Failure]?: CounterLabel<'limit_hits'> } = {
  'outbound-overflow': 'outbound-queue',
  'inbound-overflow': 'inbound-queue',
  'too-many-forgeries': 'wrong-signatures',
};

/** Who a peer is, and where it is looked at again when rules change. */
export interface PeerAccess {
  readonly pass: Pass;
  readonly passes: LivePasses;
  /** Name of the pipeline. */
  readonly pipeline: string;
}

export interface AcceptOptions {
  readonly pipeline: PipelineRelay;
  /** Names this connection and no other. */
  readonly peer: string;
  /** Absent: it may what everybody may. */
  readonly access?: PeerAccess;
  readonly connect: (handlers: SocketHandlers) => Socket;
  /** Absent: it may send as fast as it can. */
  readonly pace?: Pace;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent: nothing is counted. */
  readonly metrics?: Metrics;
}

/** A peer that dialled; it leaves the pipeline when its connection ends. */
export function acceptPeer(options: AcceptOptions): void {
  const { pipeline, peer, access, pace, connect, clock, logger, metrics } = options;
  let isOver = false;
  let leavePasses = (): void => undefined;
  const isReader = access?.pass.role === 'read';
  const whole = isReader
    ? createReadOnlyExchange(pipeline.exchange, peer, logger)
    : pipeline.exchange;
  const exchange = pace ? readInTurn(whole, pace.bulksOut) : whole;
  const pacer = pace && startPacer(pace, options, (code, reason) => connection.close(code, reason));
  const who = access && { as: access.pass.name, role: access.pass.role };
  logger.info('peer connected', { peer, ...who });
  const connection = createConnection({
    peer,
    end: 'listener',
    ...(pacer ? paced({ connect, exchange }, pacer) : { connect, exchange }),
    ...(pace && {
      valve: pace.valve,
      place: pace.bulksIn(),
      refusals: createRefusalBudget(clock, pace.rates.refusals),
    }),
    clock,
    logger,
    onFailure: (failure) => countFailure(failure, metrics),
    onClosed({ code, reason }) {
      isOver = true;
      pacer?.stop();
      leavePasses();
      pipeline.leave(peer);
      logger.info('peer left', { peer, code, reason });
    },
  });
  if (isOver) return;
  const resync = (): void =>
    connection.close(RESYNC_CODE, 'the relay could not keep ops: send again');
  pipeline.join(peer, { offer: connection.offer, flush: connection.flush, resync });
  if (access === undefined) return;
  leavePasses = access.passes.add({ ...access, close: connection.close });
}

function countFailure(failure: Failure, metrics: Metrics = NO_METRICS): void {
  const limit = LIMIT_OF[failure];
  if (limit !== undefined) metrics.count('limit_hits', limit);
}

export interface DialOptions {
  readonly pipeline: PipelineRelay;
  /** `ws:` or `wss:` */
  readonly address: string;
  readonly dialler: Dialler;
  readonly onStatus?: (status: SocketStatus) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A node that the relay keeps a connection to until `stop`. */
export function dialPeer({ pipeline, ...options }: DialOptions): Rendezvous {
  const rendezvous = createRendezvous({
    ...options,
    exchange: pipeline.exchange,
    onStatus(status) {
      if (status.name === 'connecting') join();
      options.onStatus?.(status);
    },
  });
  const { offer, flush, reconnect } = rendezvous;

  /** Each connection counts as another peer: nothing is known of what an earlier one had. */
  function join(): void {
    pipeline.leave(options.address);
    pipeline.join(options.address, { offer, flush, resync: reconnect });
  }

  rendezvous.start();
  return rendezvous;
}

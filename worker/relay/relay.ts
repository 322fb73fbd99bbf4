import type { Clock, Logger, Random } from '../ports.ts';
import { MAX_FRAME_BYTES } from '../wire/limits.ts';
import type { RelayConfig } from './config.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import { createNodeVerifier } from './nodeVerifier.ts';
import { maySync } from './origin.ts';
import { createPageResponder } from './pageFiles.ts';
import { acceptPeer, dialPeer } from './peers.ts';
import { createPipelines, PIPELINES_MAX } from './pipelines.ts';
import { reportStore } from './storeReport.ts';
import { createWebSocketDialler } from './webSocketDialler.ts';
import {
  type Acceptor,
  type Admission,
  DEFAULT_PIPELINE,
  listenForPeers,
  type PeerRequest,
} from './webSocketServer.ts';

/** The relay put together: one store, one port, many pipelines, and the nodes it dials. */

export interface RelayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What `vite build` made of the page. */
  readonly pageFolder: string;
}

export type RelayStart =
  | {
      readonly type: 'running';
      readonly port: number;
      /** Takes nobody any more, ends what was begun, says 1001 to every peer, closes the store. */
      close(): Promise<void>;
    }
  /** `detail`: a sentence for whoever started it. */
  | { readonly type: 'refused'; readonly detail: string };

/** A longer message ends its connection; room for a full frame and what JSON puts around it. */
const MESSAGE_BYTES_MAX = MAX_FRAME_BYTES + 64 * 1024;

const FOREIGN_PAGE = 'this relay does not sync with pages of other sites: see allow_origin';
const TOO_MANY_PIPELINES = `this relay has ${PIPELINES_MAX} pipelines and takes no further one`;

export async function startRelay(config: RelayConfig, deps: RelayDeps): Promise<RelayStart> {
  const { clock, random, logger } = deps;
  const storeOpening = await openLevelOpLog(config.data);
  if (storeOpening.type === 'refused') return storeOpening;
  const { opLog, findings } = storeOpening;
  reportStore(findings, logger);
  const verifier = createNodeVerifier(clock.yieldTurn);
  const pipelines = createPipelines({ opLog, verifier, clock, random, logger });
  let accepted = 0;

  const refuse = async (detail: string): Promise<RelayStart> => {
    await opLog.close();
    return { type: 'refused', detail };
  };
  const dialling = config.rendezvous.length > 0 ? await pipelines.open(DEFAULT_PIPELINE) : null;
  if (dialling !== null && dialling.type !== 'opened') {
    return refuse(`the log of pipeline ${DEFAULT_PIPELINE} in ${config.data} cannot be read`);
  }

  const admit = async (request: PeerRequest): Promise<Admission> => {
    const { pipeline: name, remote, origin } = request;
    const sendAway = (reason: string): Admission => {
      logger.warn('sent a peer away', {
        pipeline: name,
        peer: remote,
        reason,
        origin: origin ?? null,
      });
      return { type: 'refused', reason };
    };
    if (!maySync(request, config.allowedOrigins)) return sendAway(FOREIGN_PAGE);
    const opening = await pipelines.open(name);
    if (opening.type === 'too-many') return sendAway(TOO_MANY_PIPELINES);
    if (opening.type === 'unreadable') return { type: 'unavailable' };
    accepted += 1;
    // The port of a peer that left may come again: the number does not.
    const peer = `${name}#${accepted} ${remote}`;
    const { pipeline } = opening;
    const accept: Acceptor = (connect) => acceptPeer({ pipeline, peer, connect, clock, logger });
    return { type: 'admitted', accept };
  };
  const listening = await listenForPeers({
    host: config.host,
    port: config.port,
    maxFrameBytes: MESSAGE_BYTES_MAX,
    respond: createPageResponder(deps.pageFolder, config),
    clock,
    admit,
  });
  if (listening.type === 'refused') return refuse(listening.detail);
  logger.info('opened the op log', { pipelines: findings.pipelines, ops: findings.ops });

  const dialler = createWebSocketDialler(MESSAGE_BYTES_MAX, clock);
  const rendezvous =
    dialling === null
      ? []
      : config.rendezvous.map((address) =>
          dialPeer({ pipeline: dialling.pipeline, address, dialler, clock, random, logger }),
        );

  return {
    type: 'running',
    port: listening.port,
    async close() {
      for (const one of rendezvous) one.stop();
      await listening.stop();
      await pipelines.close();
      await opLog.close();
    },
  };
}

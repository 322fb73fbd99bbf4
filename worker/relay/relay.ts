import type { Clock, Logger, Random } from '../ports.ts';
import { MAX_FRAME_BYTES } from '../wire/limits.ts';
import { createLivePasses } from './access/livePasses.ts';
import { openDoor } from './access/openDoor.ts';
import { createAdmission } from './admission.ts';
import { openEdge } from './backplane/openEdge.ts';
import { createConnectionStates } from './connectionStates.ts';
import { openDialling } from './dialling.ts';
import { createDrain } from './drain.ts';
import { openLevelOpLog } from './levelOpLog.ts';
import { meterAdmission, meterDialler } from './metered.ts';
import { openMetricsServer } from './metricsServer.ts';
import { createNodeVerifier } from './nodeVerifier.ts';
import { createPageResponder } from './pageFiles.ts';
import { createPipelines } from './pipelines.ts';
import { createPromMetrics } from './promMetrics.ts';
import { relayInfo } from './relayInfo.ts';
import { createSeats } from './seats.ts';
import type { RelayConfig } from './settings.ts';
import { createStatusResponder } from './statusPages.ts';
import { reportStore } from './storeReport.ts';
import { openStoreSocket } from './storeSocket.ts';
import { createWebSocketDialler } from './webSocketDialler.ts';
import { DEFAULT_PIPELINE, listenForPeers } from './webSocketServer.ts';

/** The relay put together: one store, one port, many pipelines, and the nodes it dials. */

export interface RelayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What `vite build` made of the page. */
  readonly pageFolder: string;
  /** Told at `/info`. */
  readonly version?: string;
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

export async function startRelay(config: RelayConfig, deps: RelayDeps): Promise<RelayStart> {
  const { clock, random, logger } = deps;
  const metrics = createPromMetrics();
  const drain = createDrain({ clock, random, logger });
  const verifier = createNodeVerifier(clock.yieldTurn, metrics);
  const doorOpening = openDoor(config, { verifier, clock, random, logger });
  if (doorOpening.type === 'refused') return doorOpening;
  const { door } = doorOpening;
  const storeOpening = await openLevelOpLog(config.data);
  if (storeOpening.type === 'refused') {
    door.close();
    return storeOpening;
  }
  const { opLog, findings, entries } = storeOpening;
  reportStore(findings, logger);
  const refuse = async (detail: string): Promise<RelayStart> => {
    door.close();
    await opLog.close();
    return { type: 'refused', detail };
  };
  const edgeOpening = await openEdge(config, { opLog, clock, random, logger, metrics });
  if (edgeOpening.type === 'refused') return refuse(edgeOpening.detail);
  const { edge } = edgeOpening;
  const { maySign } = door;
  const pipelines = createPipelines({
    ...{ opLog, verifier, clock, random, logger, metrics, limits: config, maySign },
    ...(edge !== null && { onOpened: edge.add }),
  });
  door.onChange(pipelines.recheckSigners);

  const dialler = meterDialler(createWebSocketDialler(MAX_FRAME_BYTES, clock), metrics);
  const dialling = openDialling(config, { dialler, clock, random, logger, metrics });
  if (dialling.type === 'refused') return refuse(dialling.detail);
  const dialled = config.rendezvous.length > 0 ? await pipelines.open(DEFAULT_PIPELINE) : null;
  if (dialled !== null && dialled.type !== 'opened') {
    return refuse(`the log of pipeline ${DEFAULT_PIPELINE} in ${config.data} cannot be read`);
  }

  const status = {
    readiness: drain.readiness,
    info: () => relayInfo(deps.version, pipelines, config),
    metrics,
  };
  const metricsServer = await openMetricsServer(config, status);
  if (metricsServer.type === 'refused') return refuse(metricsServer.detail);
  const states = createConnectionStates(metrics);
  const listening = await listenForPeers({
    host: config.host,
    port: config.port,
    maxFrameBytes: config.maxFrameBytes,
    seats: createSeats(config, metrics),
    onLimit: (limit) => metrics.count('limit_hits', limit),
    respond: createStatusResponder(status, createPageResponder(deps.pageFolder, config)),
    clock,
    admit: meterAdmission(
      createAdmission({
        pipelines,
        door,
        passes: createLivePasses(door),
        allowedOrigins: config.allowedOrigins,
        limits: { ...config, isOwnMachine: config.auth === null },
        clock,
        logger,
        metrics,
        onLetIn: states.letIn,
      }),
      metrics,
      states,
    ),
  });
  if (listening.type === 'refused') {
    await metricsServer.close();
    return refuse(listening.detail);
  }
  edge?.start(pipelines.open);
  const storeSocket = await openStoreSocket({ data: config.data, entries, logger });
  logger.info('opened the op log', { pipelines: findings.pipelines, ops: findings.ops });

  const rendezvous = dialled === null ? [] : dialling.start(dialled.pipeline);

  return {
    type: 'running',
    port: listening.port,
    close: () =>
      drain.run(async () => {
        listening.shut();
        states.drain();
        const flushed = pipelines.close();
        await drain.waitFor(flushed);
        for (const one of rendezvous) one.stop();
        door.close();
        await listening.stop(drain.farewell);
        await flushed;
        await metricsServer.close();
        await edge?.close();
        await storeSocket.close();
        await opLog.close();
      }),
  };
}

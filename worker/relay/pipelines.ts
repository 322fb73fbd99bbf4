import { createHashSeed } from '../hashSeed.ts';
import type { Clock, Logger, Random, Verifier } from '../ports.ts';
import { meterLog } from './metered.ts';
import type { Metrics } from './metrics.ts';
import type { OpLog, PipelineLog, StoreFailure } from './opLog.ts';
import { openPipelineRelay, type PipelineRelay } from './pipelineRelay.ts';
import type { QuotaLimits } from './quota.ts';

/** The pipelines of one relay; each is opened when somebody first asks for it, and stays open. */

export interface Pipelines {
  open(name: string): Promise<PipelineOpening>;
  /** How many are open. */
  count(): number;
  /** Who may sign has changed. */
  recheckSigners(): void;
  close(): Promise<void>;
}

export type PipelineOpening =
  | { readonly type: 'opened'; readonly pipeline: PipelineRelay }
  /** Its log cannot be read; the next call tries again. */
  | { readonly type: 'unreadable' }
  /** It would be a new one, and there are as many as there may be. */
  | { readonly type: 'too-many' };

export interface PipelineLimits extends QuotaLimits {
  /** That may be open at once; one that holds ops is opened also above that. */
  readonly maxPipelines: number;
}

export interface PipelinesOptions {
  readonly opLog: OpLog;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: PipelineLimits;
  /** Whether ops of this signer are taken. */
  readonly maySign: (pipeline: string, signer: string) => boolean;
  /** Told of each one that is open, before anybody joins it. */
  readonly onOpened?: (name: string, log: PipelineLog, pipeline: PipelineRelay) => void;
}

export function createPipelines({ opLog, ...deps }: PipelinesOptions): Pipelines {
  const hashSeed = createHashSeed(deps.random);
  const pipelines = new Map<string, Promise<PipelineOpening>>();

  async function openNew(name: string): Promise<PipelineOpening> {
    const logOpening = await opLog.openPipeline(name);
    if (logOpening.type === 'failed') return fail(name, logOpening);
    const log = meterLog(logOpening.log, deps.clock, deps.metrics);
    if (log.count() === 0 && pipelines.size > deps.limits.maxPipelines) {
      deps.metrics.count('limit_hits', 'pipelines');
      pipelines.delete(name);
      return { type: 'too-many' };
    }
    const maySign = (signer: string): boolean => deps.maySign(name, signer);
    const { limits: quota } = deps;
    const opening = await openPipelineRelay({ ...deps, name, log, hashSeed, maySign, quota });
    if (opening.type === 'failed') return fail(name, opening);
    deps.onOpened?.(name, log, opening.pipeline);
    return opening;
  }

  function fail(name: string, { reason, detail }: StoreFailure): PipelineOpening {
    pipelines.delete(name);
    deps.logger.error('cannot open a pipeline', { pipeline: name, reason, detail });
    return { type: 'unreadable' };
  }

  return {
    open(name) {
      const known = pipelines.get(name);
      if (known !== undefined) return known;
      const opening = openNew(name);
      pipelines.set(name, opening);
      return opening;
    },
    count: () => pipelines.size,
    recheckSigners() {
      for (const opening of pipelines.values()) {
        void opening.then((one) => one.type === 'opened' && one.pipeline.recheckSigners());
      }
    },
    async close() {
      const closings = [...pipelines.values()].map(async (opening) => {
        const opened = await opening;
        if (opened.type === 'opened') await opened.pipeline.close();
      });
      await Promise.all(closings);
    },
  };
}

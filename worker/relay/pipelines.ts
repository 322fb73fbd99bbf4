import type { Clock, Logger, Verifier } from '../ports.ts';
import type { OpLog } from './opLog.ts';
import { openPipelineRelay, type PipelineRelay } from './pipelineRelay.ts';

/** The pipelines of one relay; each is opened when somebody first asks for it, and stays open. */

export interface Pipelines {
  /** null: its log cannot be read; the next call tries again. */
  open(name: string): Promise<PipelineRelay | null>;
  close(): Promise<void>;
}

export interface PipelinesOptions {
  readonly opLog: OpLog;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createPipelines({ opLog, ...deps }: PipelinesOptions): Pipelines {
  const pipelines = new Map<string, Promise<PipelineRelay | null>>();

  async function openNew(name: string): Promise<PipelineRelay | null> {
    const logOpening = await opLog.openPipeline(name);
    const opening =
      logOpening.type === 'opened'
        ? await openPipelineRelay({ ...deps, name, log: logOpening.log })
        : logOpening;
    if (opening.type === 'opened') return opening.pipeline;
    pipelines.delete(name);
    const { reason, detail } = opening;
    deps.logger.error('cannot open a pipeline', { pipeline: name, reason, detail });
    return null;
  }

  return {
    open(name) {
      const known = pipelines.get(name);
      if (known !== undefined) return known;
      const opening = openNew(name);
      pipelines.set(name, opening);
      return opening;
    },
    async close() {
      for (const opening of pipelines.values()) await (await opening)?.close();
    },
  };
}

import type { Op } from '../crdt/op.ts';
import type { Logger } from '../ports.ts';
import type { Metrics } from './metrics.ts';
import type { PipelineLog } from './opLog.ts';

/**
 * How much one pipeline may hold. What is above that is not taken now: neither stored nor acknowledged
 * nor marked as seen, so that whoever has it keeps it, and it can come again when there is room.
 */

export interface QuotaLimits {
  readonly maxOpsPerPipeline: number;
  readonly maxBytesPerPipeline: number;
}

export interface Quota {
  /** As many of `ops`, from the first on, as there is room for. */
  keepFitting(ops: readonly Op[]): readonly Op[];
}

export interface QuotaDeps {
  readonly pipeline: string;
  readonly log: Pick<PipelineLog, 'count' | 'bytes'>;
  readonly limits: QuotaLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createQuota({ pipeline, log, limits, logger, metrics }: QuotaDeps): Quota {
  let isTold = false;

  function note(limit: 'pipeline-ops' | 'pipeline-bytes'): void {
    metrics.count('limit_hits', limit);
    if (isTold) return;
    isTold = true;
    const fields = { pipeline, limit, ops: log.count(), bytes: log.bytes() };
    logger.error('the pipeline is full: further ops are left to those who have them', fields);
  }

  return {
    keepFitting(ops) {
      const opsMax = limits.maxOpsPerPipeline - log.count();
      let bytesLeft = limits.maxBytesPerPipeline - log.bytes();
      const tooMany = ops.findIndex((op) => {
        bytesLeft -= op.bytes.length;
        return bytesLeft < 0;
      });
      if (tooMany === -1 && ops.length <= opsMax) return ops;
      note(ops.length > opsMax ? 'pipeline-ops' : 'pipeline-bytes');
      return ops.slice(0, Math.max(0, Math.min(opsMax, tooMany === -1 ? ops.length : tooMany)));
    },
  };
}

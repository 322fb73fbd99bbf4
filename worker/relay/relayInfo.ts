import { OWN_CAPABILITIES } from '../wire/frames.ts';
import { MAX_FRAME_BYTES } from '../wire/limits.ts';
import { PIPELINES_MAX } from './pipelines.ts';
import type { SeatLimits } from './seats.ts';

/** What `/info` tells: of the pipelines their number alone, as a name is all it takes to ask for one. */
export function relayInfo(
  version = 'unknown',
  pipelines: { count(): number },
  { maxConnections, maxConnectionsPerAddress }: SeatLimits,
): object {
  return {
    version,
    capabilities: OWN_CAPABILITIES,
    limits: {
      frameBytes: MAX_FRAME_BYTES,
      pipelines: PIPELINES_MAX,
      connections: maxConnections,
      connectionsPerAddress: maxConnectionsPerAddress,
    },
    pipelines: pipelines.count(),
  };
}

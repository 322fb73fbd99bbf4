import { OWN_CAPABILITIES } from '../wire/frames.ts';
import { PIPELINES_MAX } from './pipelines.ts';
import type { RelayConfig } from './settings.ts';

/** What `/info` tells: of the pipelines their number alone, as a name is all it takes to ask for one. */
export function relayInfo(
  version = 'unknown',
  pipelines: { count(): number },
  limits: RelayConfig,
): object {
  return {
    version,
    capabilities: OWN_CAPABILITIES,
    limits: {
      frameBytes: limits.maxFrameBytes,
      strangerFrameBytes: limits.maxStrangerFrameBytes,
      pipelines: PIPELINES_MAX,
      connections: limits.maxConnections,
      connectionsPerAddress: limits.maxConnectionsPerAddress,
    },
    pipelines: pipelines.count(),
  };
}

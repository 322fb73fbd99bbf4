import { OWN_CAPABILITIES } from '../wire/frames.ts';
import { LIMIT_SETTINGS } from './limitSettings.ts';
import type { RelayConfig } from './settings.ts';

type LimitName = keyof typeof LIMIT_SETTINGS;

/** What `/info` tells: of the pipelines their number alone, as a name is all it takes to ask for one. */
export function relayInfo(
  version = 'unknown',
  pipelines: { count(): number },
  config: RelayConfig,
): object {
  const limits = Object.keys(LIMIT_SETTINGS).map((name) => [name, config[name as LimitName]]);
  return {
    version,
    capabilities: OWN_CAPABILITIES,
    limits: Object.fromEntries(limits),
    pipelines: pipelines.count(),
  };
}

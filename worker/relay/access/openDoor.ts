import type { Clock, Logger, Random, Verifier } from '../../ports.ts';
import { createTextFile, openAccessFile } from './accessFile.ts';
import { createDoor, type Door } from './door.ts';
import { type ListeningConfig, readListeningRule } from './listeningRule.ts';

export interface OpenDoorDeps {
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface AccessConfig extends ListeningConfig {
  /** Names that peers dial this relay by, as `URL.host` writes them. */
  readonly publicHosts: readonly string[];
}

export type DoorOpening =
  | { readonly type: 'opened'; readonly door: Door }
  /** `detail`: a sentence for whoever started the relay. */
  | { readonly type: 'refused'; readonly detail: string };

export function openDoor(config: AccessConfig, deps: OpenDoorDeps): DoorOpening {
  const rule = readListeningRule(config);
  if (rule.type === 'refused') return rule;
  const { publicHosts } = config;
  if (rule.auth === 'open') {
    return {
      type: 'opened',
      door: createDoor({ ...deps, rule: rule.auth, publicHosts, file: null }),
    };
  }
  const opening = openAccessFile(createTextFile(rule.access), deps);
  if (opening.type === 'refused') return opening;
  const { file } = opening;
  return { type: 'opened', door: createDoor({ ...deps, rule: rule.auth, publicHosts, file }) };
}

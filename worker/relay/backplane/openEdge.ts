import { readFileSync } from 'node:fs';
import type { BackplaneConfig } from './backplaneSettings.ts';
import { createEdge, type Edge, type EdgeDeps } from './edge.ts';

/** The relay's part in a backplane. */

export type EdgeOpening =
  /** null: it is to be alone. */
  | { readonly type: 'opened'; readonly edge: Edge | null }
  | { readonly type: 'refused'; readonly detail: string };

const readTextFile = (path: string): string => readFileSync(path, 'utf8');

/** A broker that cannot be reached is no reason to refuse; credentials that cannot be read are. */
export async function openEdge(
  config: BackplaneConfig,
  deps: Omit<EdgeDeps, 'backplane'>,
): Promise<EdgeOpening> {
  if (config.backplane.length === 0) return { type: 'opened', edge: null };
  // Nobody else loads NATS' client.
  const { createNatsBackplane } = await import('./natsBackplane.ts');
  const { readCredentials } = await import('./natsCredentials.ts');
  const path = config.backplaneCredentials;
  const credentials = path === null ? null : readCredentials(path, readTextFile);
  if (credentials?.type === 'refused') return credentials;
  const backplane = createNatsBackplane(config, readTextFile);
  return { type: 'opened', edge: createEdge({ ...deps, backplane }) };
}

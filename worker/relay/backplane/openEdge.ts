import { readFileSync } from 'node:fs';
import type { BackplaneConfig } from './backplaneSettings.ts';
import { createEdge, type Edge, type EdgeDeps } from './edge.ts';

/** The relay's part in a backplane; null: it is to be alone. NATS' client is loaded for nobody else. */
export async function openEdge(
  config: BackplaneConfig,
  deps: Omit<EdgeDeps, 'backplane'>,
): Promise<Edge | null> {
  if (config.backplane.length === 0) return null;
  const { createNatsBackplane } = await import('./natsBackplane.ts');
  const backplane = createNatsBackplane(config, (path) => readFileSync(path, 'utf8'));
  return createEdge({ ...deps, backplane });
}

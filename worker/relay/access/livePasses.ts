import { FORBIDDEN } from '../../sync/gate.ts';
import type { Door, Pass } from './door.ts';

/** Those who are in: when the access file changes, who may no longer be is cut off at once. */

export interface LivePasses {
  /** Until the answer is called. `close`: ends the connection. */
  add(live: LivePass): () => void;
}

export interface LivePass {
  readonly pass: Pass;
  readonly pipeline: string;
  close(code: number, reason: string): void;
}

/** Service Restart: the peer comes back at once, with the role that it has now. */
const COME_AGAIN = 1012;

export function createLivePasses(door: Door): LivePasses {
  const all = new Set<LivePass>();
  const isStillIn = ({ pass, pipeline, close }: LivePass): boolean => {
    const now = door.review(pass, pipeline);
    if (now === 'gone') close(FORBIDDEN, 'you may no longer have this pipeline');
    if (now === 'changed') close(COME_AGAIN, 'your role has changed: come again');
    return now === 'same';
  };
  door.onChange(() => {
    for (const live of [...all]) isStillIn(live);
  });
  return {
    add(live) {
      // Rules may have changed since the pass was given, while its pipeline was opened.
      if (isStillIn(live)) all.add(live);
      return () => void all.delete(live);
    },
  };
}

/** Who has one's edits: this device alone, or a peer too. */
import type { Status } from '../../../worker/api.ts';

export type Where = Pick<Status, 'durability' | 'socket' | 'address'>;

/** For a card's mark. null: nothing is known of the replica yet. */
export function onlyHere(status: Where | null): string {
  return isInTab(status) ? 'Only in this tab' : 'Only on this device';
}

export function isInTab(status: Where | null): boolean {
  return status?.durability === 'memory' || status?.durability === 'broken';
}

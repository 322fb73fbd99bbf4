/** Why something was not done. */
import type { CommandRefusal, OpenRefusal } from '../../../worker/api.ts';
import type { PageAddress } from '../../pageAddress.ts';

export const openRefusals: { readonly [Reason in OpenRefusal]: string } = {
  'bad-pipeline-name':
    'The pipeline name is not one: only small letters, digits and hyphens, 64 at most.',
  'bad-address': 'The address of the relay is not one that can be connected to.',
  'bad-bundle': 'This file cannot be opened as a bug bundle.',
  'already-open': 'This board is open already.',
  'newer-database':
    'This browser holds data of a newer version of this page. Reload to get the newer page.',
  'database-blocked':
    'Another tab has an older version of this page open. Close or reload it, then start again.',
  'storage-broken': 'The storage of this browser cannot be read, so the board cannot open.',
};

export function badAddressText(address: Extract<PageAddress, { type: 'bad' }>): string {
  const what = address.parameter === 'pipeline' ? 'pipeline name' : 'relay address';
  const value = `“${address.value.slice(0, 80)}”`;
  switch (address.reason) {
    case 'repeated':
      return `It gives more than one ${what}: ${value}.`;
    case 'bad-name':
      return `${value} is no ${what}: only small letters, digits and hyphens, 64 at most.`;
    case 'bad-scheme':
      return `${value} is no ${what}: it has to begin with ws:// or wss://.`;
    case 'not-an-address':
      return `${value} is no ${what}. One looks like ws://host:3001/crdt-sync.`;
  }
}

/** Why an edit was not made; `worker-gone` is the page's own. */
export const commandRefusals: { readonly [Reason in CommandRefusal | 'worker-gone']: string } = {
  'not-open': 'the board is not open yet',
  'no-such-item': 'the story was deleted meanwhile',
  'bad-value': 'a value cannot be written',
  'seq-exhausted':
    'this field can no longer be changed by anyone: its last sequence number is used up',
  'storage-full': 'this device has no space left. Free some and try again',
  'storage-broken': 'the storage of this browser failed',
  'leader-lost':
    'the tab that saves for all went away before it answered. Look whether the edit is there before you try again',
  'worker-gone':
    'the replica stopped before it answered. Look whether the edit is there before you try again',
};

export function refusalText(
  what: string,
  refusal: { readonly reason: CommandRefusal | 'worker-gone'; readonly detail: string },
): string {
  const detail =
    refusal.reason === 'bad-value' && refusal.detail !== '' ? ` (${refusal.detail})` : '';
  return `${what}: ${commandRefusals[refusal.reason]}${detail}.`;
}

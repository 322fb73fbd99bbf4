/** Who has one's edits of a story: this device alone, or a peer too. */
import { isInTab, type Where } from './sharing.ts';

/** `waiting`: own edits of the story that nobody else has, as far as is known. */
export function sharingText(waiting: boolean, status: Where | null): string {
  if (!waiting) return 'No edit of yours to this story is on this device alone.';
  const here = isInTab(status) ? 'in this tab' : 'on this device';
  const host = hostOf(status?.address ?? null);
  if (host === null)
    return `Edits of yours to this story are ${here} only: no relay is configured.`;
  return status?.socket.name === 'open'
    ? `Edits of yours to this story are ${here}, and on their way to ${host}.`
    : `Edits of yours to this story are ${here} only. ${host} gets them once it is connected.`;
}

function hostOf(address: string | null): string | null {
  return address !== null && URL.canParse(address) ? new URL(address).host : null;
}

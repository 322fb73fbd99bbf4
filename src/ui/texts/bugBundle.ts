/** Texts about bug bundles. */
import type { BundleFacts } from '../../../worker/api.ts';
import { count, numbers } from '../texts.ts';

export const bundle = {
  save: 'Save a bug bundle',
  saveHint:
    'One file with every story and edit on this device, what was seen here last, and this status; no private key. Whoever has it can read the stories.',
  open: 'Open a bug bundle…',
  saved: 'The bug bundle was saved.',
  notSaved: (detail: string) => `The bug bundle was not saved: ${detail}`,
  label: 'Bug bundle',
  leave: 'Leave the bundle',
  left: 'You are back at your own board.',
  stories: 'Stories',
  seen: 'What was seen',
  shows: 'Show',
  reading: (done: number, total: number) =>
    total === 0
      ? 'Reading the bundle…'
      : `Checking the edits of the bundle, ${numbers.format(done)} of ${numbers.format(total)}`,
  refused: (file: string, detail: string) => `${file} cannot be opened: ${detail}.`,
} as const;

const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** What is on the screen, so that nobody takes it for the board. */
export function bundleText({ pipeline, page, ops, held }: BundleFacts): string {
  const waiting = held === 0 ? '' : `, of which ${numbers.format(held)} waited for others`;
  const edits = `${count(ops + held, 'edit', 'edits')}${waiting}`;
  return `This is a bug bundle, not your board: pipeline ${pipeline} as it was on ${dates.format(page.savedAtMs)}, with ${edits}. It can only be looked at, and nothing of it is kept or sent.`;
}

export function bundleOrigin({ page }: BundleFacts): string {
  const settings = Object.entries(page.settings).map(([name, value]) => `${name} ${value}`);
  return [page.browser, ...settings].join('; ');
}

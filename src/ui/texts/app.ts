/** What is said about the page as an app: its offline copy, its versions, its place among the apps. */
import type { OfflineCopy } from '../../app/offlineCopy.ts';

export const appTexts = {
  label: 'This app',
  updateWaits: 'A new version is here.',
  updateKeeps:
    'Updating reloads the board in all its tabs. Edits are kept; a tab with something open waits for you.',
  updateLoses:
    'This board is not saved on this device: a reload starts it empty, and edits not yet shared are lost. Export it first, or update later.',
  update: 'Update',
  later: 'Later',
  replaced: 'A new version runs now; this tab still has the one before.',
  replacedOpen: 'Reload when you are done with what is open here. Saved edits are kept.',
  reload: 'Reload',
  reloadAnyway: 'Reload and lose them',
  removed: 'The offline copy is removed. The stories stay on this device.',
  install: 'Install as an app',
  keep: 'Keep an offline copy',
  remove: 'Remove the offline copy',
  removeHint: 'Removes the page’s files, not the stories.',
} as const;

/** How it stands with the offline copy, as a sentence. */
export function offlineCopyText(copy: OfflineCopy): string {
  switch (copy.name) {
    case 'starting':
      return 'The offline copy is being made.';
    case 'kept':
      return 'This board opens without a network.';
    case 'update-waits':
      return 'This board opens without a network. A new version waits.';
    case 'replaced':
      return 'A new version runs after a reload.';
    case 'none':
      return {
        'not-offered':
          'This browser keeps no offline copy of a page at this address: it needs https. An open board works offline all the same.',
        'not-wanted': 'No offline copy is kept, as you asked.',
        failed: 'The offline copy could not be made.',
      }[copy.reason];
  }
}

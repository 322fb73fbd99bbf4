/** Texts of the status bar. */
import type { Durability, SocketStatus } from '../../../worker/api.ts';
import { count, numbers } from '../texts.ts';

export const status = {
  label: 'Status',
  reconnect: 'Reconnect',
  connectNow: 'Try now',
  workOffline: 'Work offline',
  giveToken: 'Give a token…',
  showKey: 'What to do…',
  upToDate: 'Up to date',
  catchingUp: (done: number, total: number) =>
    total === 0
      ? 'Catching up'
      : `Catching up, ${numbers.format(done)} of ${numbers.format(total)}`,
  allShared: 'All edits shared',
  unacknowledged: (ops: number) => `${count(ops, 'edit', 'edits')} not yet shared`,
  follower: 'Another tab saves and syncs for this one',
  alone: 'This tab works for itself: without https, tabs cannot share one replica',
  held: (ops: number) => `${count(ops, 'edit waits', 'edits wait')} for others to arrive`,
  rejected: (ops: number) => `${count(ops, 'edit', 'edits')} refused as invalid`,
  damaged: (records: number) =>
    `${count(records, 'damaged record', 'damaged records')} set aside; others send them again`,
  starting: 'Starting',
  stopped: 'Not running',
} as const;

export const durabilities: { readonly [Name in Durability]: string } = {
  persisted: 'Saved on this device',
  'best-effort': 'Saved on this device, while the browser has space',
  memory: 'Not saved: this board is gone when the tab closes',
  full: 'This device is full: edits are refused until there is space',
  broken: 'Storage failed: from here on, this board is gone when the tab closes',
};

/** `address`: null where none is configured. */
export function socketText(socket: SocketStatus, address: string | null, nowMs: number): string {
  switch (socket.name) {
    case 'idle':
      return 'On this device only: no relay is configured';
    case 'connecting':
      return `Connecting to ${hostOf(address)}…`;
    case 'open':
      return `Connected to ${hostOf(address)}`;
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((socket.retryAtMs - nowMs) / 1000));
      const failures = socket.attempt > 1 ? `, ${socket.attempt} tries failed` : '';
      const next = seconds > 0 ? `next try in ${seconds} s` : 'trying again';
      return `Offline, ${next}${failures}`;
    }
    case 'refused': {
      const reason = socket.reason === '' ? '' : `: ${socket.reason}`;
      return `${hostOf(address)} refused the connection${reason} (code ${socket.code})`;
    }
    case 'needs-auth':
      return socket.asked === 'token'
        ? `${hostOf(address)} asks for a token`
        : `${hostOf(address)} does not know this browser’s key`;
    case 'stopped':
      return 'Working offline, as you asked';
  }
}

/** What to press for what the relay asks; null: it asks nothing. */
export function accessText(socket: SocketStatus): string | null {
  if (socket.name !== 'needs-auth') return null;
  return socket.asked === 'token' ? status.giveToken : status.showKey;
}

/** As spoken when the connection changes; null for what passes by. */
export function socketAnnouncement(name: SocketStatus['name']): string | null {
  if (name === 'open') return 'Connected.';
  if (name === 'waiting') return 'Offline. Edits are kept and shared later.';
  if (name === 'refused') return 'The connection was refused.';
  if (name === 'needs-auth') return 'The relay asks who you are. Edits are kept and shared later.';
  return null;
}

export function hostOf(address: string | null): string {
  return address !== null && URL.canParse(address) ? new URL(address).host : 'the relay';
}

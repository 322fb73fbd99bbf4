/**
 * Names of what the relay logs, for whoever filters lines or counts them: `event` stays the same when
 * the wording of `msg` changes. The core logs words alone, which the page shows too; so the name is
 * found by the words, and a test compares this table with all that logs.
 */

interface LogEvent {
  /** More than one: it becomes an error when it goes on. */
  readonly levels: readonly ('info' | 'warn' | 'error')[];
  readonly message: string;
}

export const LOG_EVENTS = {
  ...from('info', {
    stopping: 'stopping',
    'store-opened': 'opened the op log',
    'store-works-again': 'the store works again',
    'copy-given': 'gave a copy of the store',
    'access-changed': 'the access file has changed',
    'peer-connected': 'peer connected',
    'peer-left': 'peer left',
    'peer-not-greeted': 'peer has not greeted',
    reconciled: 'found what each end lacks',
    'dial-key': 'dials other nodes as',
    'dial-open': 'connected',
    'dial-closed': 'connection closed',
    'backplane-connected': 'the backplane is connected',
    'stream-is-another': 'the stream is another: it is given what it lacks',
  }),
  ...from('warn', {
    'setting-unknown': 'a key or a variable is no setting',
    'copy-cut': 'a copy of the store was cut short',
    'copy-unavailable': 'no copy of the store can be had while this relay runs',
    'write-cut': 'the last run ended in the middle of a write, which is cut',
    'peer-sent-away': 'sent a peer away',
    'peer-too-fast': 'a peer sends too fast: it is slowed',
    'peer-only-reads': 'a peer that may only read brings ops: they are left out',
    'peer-lags': 'peer lags behind: its outbound queue is full',
    'peer-floods': 'peer sends too much: its inbound queue is full',
    'peer-forges': 'peer sends too many ops with wrong signatures (retry in 60 s)',
    'peer-silent': 'peer is silent: the connection counts as lost',
    'signer-unlisted': 'ops of a signer who may not write here are left out',
    'ops-refused': 'refused ops',
    'ops-refused-untold': 'further refused ops of this peer are not told',
    'ops-forgotten': 'too many ops wait for others: the oldest are forgotten',
    'frame-refused': 'peer sent a frame that is not understood',
    'frame-refused-untold': 'further frames like that from this peer are only counted',
    'frame-too-big': 'peer says that a frame was too big',
    'reconcile-failed': 'reconciling failed: both ends send all they hold',
    'reconcile-given-up': 'peer could not reconcile: both ends send all they hold',
    'stream-lost-messages':
      'the stream has lost messages: it is read anew, and given what it lacks',
    'stream-interrupted': 'reading the stream is interrupted',
    'publish-failed': 'cannot publish ops to the backplane',
    'publish-unfinished': 'not all ops are published: the next start does it',
  }),
  ...from('error', {
    'access-file-bad': 'the access file is not taken: the one before stays in force',
    'token-file-bad': 'the file of tokens is not taken: those of before are shown',
    'store-failed': 'cannot store ops: they are not kept, acknowledged or passed on',
    'store-repaired': 'the op log was damaged and has been repaired',
    'store-dropped-bytes': 'damaged parts of the op log are left out',
    'store-lost-ops': 'ops are missing in the log until peers send them again',
    'store-damaged-ops': 'the log had damaged ops: they are set aside until a peer sends them',
    'pipeline-unreadable': 'cannot open a pipeline',
    'pipeline-full': 'the pipeline is full: further ops are left to those who have them',
    'exchange-failed': 'an op exchange failed',
    'exchange-over': 'this end cannot go on with its log',
    'op-too-long-for-peer': 'peer takes no op of this length: such ops are not sent to it',
    'dial-refused': 'refused; not dialling again',
    'dial-needs-auth': 'not let in',
    'publish-unread': 'cannot look for ops to publish',
    'stop-late': 'could not end in time: what is not stored was not acknowledged',
  }),
  'dial-failed': { levels: ['warn', 'error'], message: 'connection failed' },
  'backplane-away': {
    levels: ['warn', 'error'],
    message: 'the backplane cannot be reached: this relay goes on alone',
  },
} as const satisfies { readonly [event: string]: LogEvent };

/** Of a line that the table does not have. */
export const OTHER_EVENT = 'other';

const EVENT_OF = new Map<string, string>(
  Object.entries(LOG_EVENTS).map(([event, { message }]) => [message, event]),
);

export function eventOf(message: string): string {
  return EVENT_OF.get(message) ?? OTHER_EVENT;
}

/** The table in docs/operating.md. */
export function logEventsMarkdown(): string {
  const rows = Object.entries(LOG_EVENTS).map(
    ([event, { levels, message }]) => `| \`${event}\` | ${levels.join(', ')} | ${message} |\n`,
  );
  return `| event | level | msg |\n|---|---|---|\n${rows.join('')}`;
}

function from<const Messages extends { readonly [event: string]: string }>(
  level: LogEvent['levels'][number],
  messages: Messages,
): { readonly [Event in keyof Messages]: LogEvent } {
  const pairs = Object.entries(messages).map(([event, message]) => [
    event,
    { levels: [level], message },
  ]);
  return Object.fromEntries(pairs) as { readonly [Event in keyof Messages]: LogEvent };
}

/** What makes this end give up a connection, and what it says then. */

import { withRetryHint } from './retryHint.ts';

export type Failure =
  /** The peer takes live ops more slowly than they are made. */
  | 'outbound-overflow'
  /** The peer sends faster than this end can check. */
  | 'inbound-overflow'
  /** The owner could not give its log, or threw on ops. */
  | 'exchange-broken'
  /** The peer's wrong signatures cost more than one connection may. */
  | 'too-many-forgeries'
  /** Nothing came from the peer for longer than two beats. */
  | 'peer-silent';

export interface FailureAnswer {
  readonly level: 'warn' | 'error';
  /** At most 123 bytes: it is the reason of the close frame too. */
  readonly message: string;
  /** RFC 6455, section 7.4, and the registry that continues it. */
  readonly code: number;
}

export function answerFailure(failure: Failure): FailureAnswer {
  switch (failure) {
    case 'outbound-overflow':
      return { level: 'warn', code: 1013, message: 'peer lags behind: its outbound queue is full' };
    case 'inbound-overflow':
      return {
        level: 'warn',
        code: 1013,
        message: 'peer sends too much: its inbound queue is full',
      };
    // Not a refusal for good: what was not looked at may be valid, and the peer may come again.
    case 'too-many-forgeries':
      return {
        level: 'warn',
        code: 1013,
        message: withRetryHint('peer sends too many ops with wrong signatures', 60),
      };
    case 'peer-silent':
      return {
        level: 'warn',
        code: 4408,
        message: 'peer is silent: the connection counts as lost',
      };
    case 'exchange-broken':
      return { level: 'error', code: 1011, message: 'this end cannot go on with its log' };
  }
}

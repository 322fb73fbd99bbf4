/** What the tabs of one pipeline say to each other over their channel. */

import type {
  Command,
  CommandOutcome,
  NoAnswer,
  Query,
  QueryAnswer,
  StreamMessage,
} from './api.ts';

/** Part of the channel's name: tabs of different builds that differ in this do not hear each other. */
export const TAB_PROTOCOL_VERSION = 5;

export type Ask =
  | { readonly type: 'command'; readonly command: Command }
  | { readonly type: 'query'; readonly query: Query }
  | { readonly type: 'refresh-durability' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'add-lag'; readonly lagMs: number }
  | { readonly type: 'set-token'; readonly token: string | null }
  | { readonly type: 'reconnect' }
  | { readonly type: 'wake' };

export type Answer =
  | { readonly type: 'outcome'; readonly outcome: CommandOutcome }
  | { readonly type: 'query'; readonly answer: QueryAnswer | NoAnswer }
  | { readonly type: 'done' };

/**
 * `tab`: the follower. `leader`: the tab that leads, or believes so: one that was fenced off may not
 * know it yet.
 */
export type TabMessage =
  /** A follower wants the stream from its beginning. */
  | { readonly type: 'join'; readonly tab: string }
  | {
      readonly type: 'ask';
      readonly tab: string;
      readonly leader: string;
      readonly number: number;
      readonly ask: Ask;
    }
  /** A new leader is there; what the old one was asked is lost. */
  | { readonly type: 'leading'; readonly leader: string }
  /** It leads no more. */
  | { readonly type: 'resigned'; readonly leader: string }
  | {
      readonly type: 'welcome';
      readonly tab: string;
      readonly leader: string;
      readonly messages: readonly StreamMessage[];
    }
  | { readonly type: 'stream'; readonly leader: string; readonly message: StreamMessage }
  | {
      readonly type: 'answer';
      readonly tab: string;
      readonly number: number;
      readonly answer: Answer;
    };

/** The channel is of one origin and one build; this guards against anything else on it. */
export function isTabMessage(message: unknown): message is TabMessage {
  return typeof message === 'object' && message !== null && 'type' in message;
}

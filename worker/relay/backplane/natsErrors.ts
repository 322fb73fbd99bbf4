import { JetStreamApiError } from '@nats-io/jetstream';

/** What NATS' errors say, for programs and for people. */

export const STREAM_NOT_FOUND = 10059;

/** Of JetStream's API; undefined: another kind of error. */
export function errorCode(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined;
}

const REASON_CHARACTERS_MAX = 200;

export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.slice(0, REASON_CHARACTERS_MAX);
}

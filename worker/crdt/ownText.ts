/**
 * Engines cut a text out of another without copying, so that a name of twenty letters keeps alive
 * the frame of a megabyte that it came in (V8 does so from 13 letters on, SpiderMonkey from 25).
 */

const KEPT_WHOLE = 13;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The same text in memory of its own. `text` is well-formed. */
export function ownText(text: string): string {
  return text.length < KEPT_WHOLE ? text : decoder.decode(encoder.encode(text));
}

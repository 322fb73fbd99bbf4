/**
 * Which pipeline the page shows, and through which peer, from the page's own address. The query may
 * come from anybody who can make a link, so it is read strictly and never guessed at.
 *
 * `/` and `?pipeline=` name the pipeline, `?relay=` the peer; without one it is the page's origin.
 */
import type { OpenOptions } from '../worker/api.ts';

export type PageAddress =
  | { readonly type: 'ok'; readonly options: OpenOptions }
  | {
      readonly type: 'bad';
      readonly parameter: 'pipeline' | 'relay';
      readonly value: string;
      readonly reason: 'repeated' | 'bad-name' | 'bad-scheme' | 'not-an-address';
    };

const PIPELINE_NAME = /^[a-z0-9-]{1,64}$/;
export const DEFAULT_PIPELINE = 'default';

/** `page`: the address of the page, as `location.href`. */
export function parsePageAddress(page: string): PageAddress {
  const url = new URL(page);
  const pipelines = url.searchParams.getAll('pipeline');
  const relays = url.searchParams.getAll('relay');
  if (pipelines.length > 1) return bad('pipeline', pipelines.join(', '), 'repeated');
  if (relays.length > 1) return bad('relay', relays.join(', '), 'repeated');
  return parsePipelineAddress({
    pipeline: pipelines[0] ?? null,
    relay: relays[0] ?? null,
    origin: url.origin,
  });
}

/** `pipeline` and `relay` as written by whoever embeds the board; null: not given. */
export function parsePipelineAddress(input: {
  readonly pipeline: string | null;
  readonly relay: string | null;
  readonly origin: string;
}): PageAddress {
  const pipeline = input.pipeline ?? DEFAULT_PIPELINE;
  if (!PIPELINE_NAME.test(pipeline)) return bad('pipeline', pipeline, 'bad-name');
  const relay = input.relay;
  if (relay === null) return ok(pipeline, addressOfOrigin(input.origin, pipeline));
  if (!URL.canParse(relay)) return bad('relay', relay, 'not-an-address');
  const url = new URL(relay);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') return bad('relay', relay, 'bad-scheme');
  // A user name in a link is a disguise, and WebSocket refuses a fragment.
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return bad('relay', relay, 'not-an-address');
  }
  if (url.pathname === '/') url.pathname = syncPath(pipeline);
  return ok(pipeline, url.href);
}

/** `http://host` → `ws://host/crdt-sync…`; null for a page of no host, such as a file. */
function addressOfOrigin(origin: string, pipeline: string): string | null {
  if (!/^https?:\/\//.test(origin)) return null;
  return `${origin.replace(/^http/, 'ws')}${syncPath(pipeline)}`;
}

function syncPath(pipeline: string): string {
  return pipeline === DEFAULT_PIPELINE ? '/crdt-sync' : `/crdt-sync/${pipeline}`;
}

function ok(pipeline: string, address: string | null): PageAddress {
  return { type: 'ok', options: { pipeline, address } };
}

function bad(
  parameter: 'pipeline' | 'relay',
  value: string,
  reason: Extract<PageAddress, { type: 'bad' }>['reason'],
): PageAddress {
  return { type: 'bad', parameter, value, reason };
}

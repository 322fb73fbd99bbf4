import { BULK_CHUNK_BYTES, MAX_FRAME_BYTES } from '../wire/limits.ts';
import { wholeNumber } from './settingKinds.ts';
import type { Setting } from './settings.ts';

/** How much the relay takes of others. */

const most = (
  key: string,
  fallback: number,
  help: string,
  { unit = 'NUMBER', from = 1, to = 1_000_000 } = {},
): Setting<number> => ({
  key,
  flag: key.replaceAll('_', '-'),
  kind: wholeNumber(unit, from, to),
  fallback,
  help,
});

/** No less than what ends of ours send, which therefore never meet it. */
const FRAME_BYTES = { unit: 'BYTES', from: BULK_CHUNK_BYTES, to: MAX_FRAME_BYTES };

export const LIMIT_SETTINGS = {
  maxConnections: most('max_connections', 8192, 'connections at once'),
  maxConnectionsPerAddress: most(
    'max_connections_per_address',
    256,
    'connections at once from one address; not counted on this machine, where a proxy may be',
  ),
  maxConnectionsPerKey: most(
    'max_connections_per_key',
    64,
    'connections at once with one author key, where keys are asked for',
  ),
  maxFrameBytes: most(
    'max_frame_bytes',
    MAX_FRAME_BYTES,
    'longest message of a trusted peer, in bytes; a Rust node sends its whole log as one',
    FRAME_BYTES,
  ),
  maxStrangerFrameBytes: most(
    'max_stranger_frame_bytes',
    BULK_CHUNK_BYTES,
    'longest message of one who has shown nothing, or may only read, in bytes',
    FRAME_BYTES,
  ),
  maxBulks: most('max_bulks', 16, 'bulks that are read at once, and as many that are sent'),
  maxWrongSignaturesPerMinute: most(
    'max_wrong_signatures_per_minute',
    60,
    'wrong signatures a minute of one connection, after 64 at once',
  ),
  maxOpsPerSecond: most('max_ops_per_second', 2500, 'ops a second of one connection, for long'),
  maxOpsAtOnce: most('max_ops_at_once', 50_000, 'ops of one connection before that counts', {
    to: 100_000_000,
  }),
  maxFramesPerSecond: most(
    'max_frames_per_second',
    5000,
    'messages a second of one connection, for long',
  ),
  maxFramesAtOnce: most(
    'max_frames_at_once',
    20_000,
    'messages of one connection before that counts',
  ),
  maxPipelines: most(
    'max_pipelines',
    256,
    'pipelines; one that holds ops is served also above that',
  ),
  maxOpsPerPipeline: most('max_ops_per_pipeline', 1_000_000, 'ops of one pipeline', {
    to: 1_000_000_000,
  }),
  maxBytesPerPipeline: most(
    'max_bytes_per_pipeline',
    1024 * 1024 * 1024,
    'what the ops of one pipeline may take on the disk, before compression',
    { unit: 'BYTES', to: 1_000_000_000_000 },
  ),
} as const;

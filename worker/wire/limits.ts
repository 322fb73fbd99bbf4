/** Bounds of the wire. `docs/protocol.md` states those that both ends must know. */

import { MAX_OP_BYTES } from '../crdt/op.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Longest frame that is read; a text frame is measured in UTF-16 units, never more than its bytes. */
export const MAX_FRAME_BYTES = 64 * MIB;

/** Longest live frame that is read: one op and room for fields that later versions add. */
export const MAX_LIVE_FRAME_BYTES = MAX_OP_BYTES + KIB;

/** Longest bulk frame that is sent. */
export const BULK_CHUNK_BYTES = MIB;

/** Most ops in one bulk frame: a real op takes more than 450 bytes, so `MAX_FRAME_BYTES` has room for fewer. */
export const BULK_OPS_MAX = 256 * KIB;

/** Most capabilities in one bulk frame; it is read whole before any is looked at. */
export const CAPS_MAX = 256;

/** Most keys in one ack frame: 128 KiB. */
export const ACK_KEYS_MAX = 4096;

/** Longest compact frame that is read, four times what is sent; and what its ops may take in memory. */
export const MAX_COMPACT_FRAME_BYTES = 4 * MIB;
export const COMPACT_OPS_BYTES_MAX = 16 * MIB;

/** How much of a compact frame is read before other work of the thread has its turn. */
export const READ_SLICE_BYTES = 64 * KIB;

/** Wrong signatures that a connection may bring at once: some 100 ms of the slow verifier. */
export const REFUSALS_MAX = 64;

/** One more is allowed each time this has passed. */
export const REFUSAL_REFILL_MS = 1000;

/** How long the dialled end waits for the first frame before it sends its own. */
export const GREETING_TIMEOUT_MS = 1000;

/** How long the dialling end waits before it takes a silent peer for one that never greets. */
export const SILENCE_TIMEOUT_MS = 5000;

/** Live frames that may wait for one slow peer; above either it is disconnected. */
export const OUTBOUND_FRAMES_MAX = 1024;
export const OUTBOUND_BYTES_MAX = MIB;

/** A socket that buffers more than this is congested: it gets nothing until the network took some. */
export const CONGESTED_BYTES = 256 * KIB;

/** How often a congested socket is looked at; browsers tell nobody when one drains. */
export const DRAIN_POLL_MS = 25;

/**
 * How long the end that dialled gathers its acks: the end that listens, a relay, waits for none, and a
 * frame for each op from each of a thousand pages would be most of what it reads.
 */
export const DIALLER_ACK_DELAY_MS = 1000;

/** Acks that may wait for a congested socket before this end stops reading more ops. */
export const ACK_BACKLOG_MAX = 4 * ACK_KEYS_MAX;

/** Frames that may wait to be processed: two of the longest. */
export const INBOUND_BYTES_MAX = 2 * MAX_FRAME_BYTES;

/** What one waiting frame costs besides its bytes. */
export const FRAME_OVERHEAD_BYTES = 128;

/** How much of a text frame is read before other work of the thread has its turn. */
export const READ_SLICE_CHARACTERS = 256 * KIB;

/** Most ops, and about most characters, that are handed to the replica in one call. */
export const SLICE_OPS = 256;
export const SLICE_CHARACTERS = 256 * KIB;

/** Longest frame of a reconciliation that is read; those that are sent stay below 60,000 bytes. */
export const MAX_RECONCILE_FRAME_BYTES = 64 * KIB;

/** Most keys in one frame that asks for ops: 32 KiB. */
export const WANTED_KEYS_MAX = 1024;

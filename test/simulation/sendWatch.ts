/**
 * Looks at every frame that an honest process hands to its socket: an own op that is not on disk
 * must not leave, and nothing may be acknowledged or forwarded that is not on disk either.
 */

import { opText } from '../../worker/crdt/packedOp.ts';
import { decodeBinary } from '../../worker/wire/codec.ts';
import type { Frame as WireFrame } from '../../worker/wire/frames.ts';
import type { Ledger } from './ledger.ts';
import type { Frame } from './network.ts';
import type { Process } from './process.ts';
import type { Profile } from './profile.ts';
import type { RelayNode } from './relayNode.ts';

export interface SendWatch {
  note(from: Process, frame: Frame): void;
  look(at: { readonly profiles: readonly Profile[]; readonly relays: readonly RelayNode[] }): void;
}

function liveTexts(frame: WireFrame): readonly string[] {
  if (frame.type === 'op') return [frame.text];
  return frame.type === 'compact' && frame.left === null ? frame.ops.map(opText) : [];
}

export function createSendWatch(ledger: Ledger): SendWatch {
  const profiles = new Map<string, Profile>();
  const relays = new Map<string, RelayNode>();
  /** A live frame is made once and sent to every peer. */
  const known = new WeakMap<Uint8Array, WireFrame>();

  function decode(frame: Uint8Array): WireFrame {
    const decoded = known.get(frame) ?? decodeBinary(frame);
    known.set(frame, decoded);
    return decoded;
  }

  return {
    look(at) {
      for (const profile of at.profiles) profiles.set(profile.name, profile);
      for (const relay of at.relays) relays.set(relay.name, relay);
    },
    note(from, frame) {
      if (typeof frame === 'string') return;
      const profile = profiles.get(from.host);
      const relay = relays.get(from.host);
      const isStored = (profile ?? relay)?.isStored;
      if (isStored === undefined) return;
      const decoded = decode(frame);
      for (const text of liveTexts(decoded)) {
        const op = ledger.read(text);
        const mustBeStored =
          relay !== undefined || (op !== null && profile?.signers.has(op.signer));
        if (op === null) ledger.violate(`${from.name} sent an op that is none`);
        else if (mustBeStored && !isStored(op.key)) {
          ledger.violate(`${from.name} sent an op before it was on disk`);
        }
      }
      if (decoded.type === 'ack' && !decoded.keys.every(isStored)) {
        ledger.violate(`${from.name} acknowledged an op that is not on disk`);
      }
    },
  };
}

/**
 * A dialler that shows who it is where a relay asks: a token in the first frame, or a signature under
 * a challenge. It stands below all that sees or records frames, so that no secret is in a recording.
 *
 * Invariant 1: a token goes out in the first frame alone, and to the address that it was given for.
 * Invariant 2: a challenge is answered as the first frame of the other end, once, and is not passed on.
 */

import { toHex } from '../crdt/bytes.ts';
import type { Dialler, Signer, SocketClose, SocketHandlers } from '../ports.ts';
import {
  addToken,
  type Challenge,
  digestChallenge,
  encodeProof,
  type Place,
  parseChallenge,
} from '../wire/accessFrames.ts';
import { isAccessCode } from './gate.ts';

export interface AccessDiallerDeps {
  /** The key that signs ops now. */
  readonly signer: () => Signer;
  /** Given for the address that is dialled; null: none. */
  readonly token: () => string | null;
}

export function createAccessDialler(dialler: Dialler, deps: AccessDiallerDeps): Dialler {
  return {
    dial(address, handlers) {
      const place = placeOf(address);
      let isFirstOut = true;
      let isFirstIn = true;
      let isChallenged = false;

      async function prove(challenge: Challenge): Promise<void> {
        const signer = deps.signer();
        const signature = toHex(await signer.sign(digestChallenge(place, challenge)));
        socket.send(encodeProof({ key: signer.publicKey, signature }));
      }

      const takeFirst = (frame: string | Uint8Array): boolean => {
        const challenge = isFirstIn && typeof frame === 'string' ? parseChallenge(frame) : null;
        isFirstIn = false;
        if (challenge === null) return false;
        isChallenged = true;
        // A signer that fails leaves the challenge unanswered, and the other end closes.
        void prove(challenge).catch(() => undefined);
        return true;
      };

      const asked = (close: SocketClose): SocketClose => ({
        ...close,
        ...(isAccessCode(close.code) && { asked: isChallenged ? 'key' : 'token' }),
      });

      const heard: SocketHandlers = {
        onOpen: handlers.onOpen,
        onText: (text) => {
          if (!takeFirst(text)) handlers.onText(text);
        },
        onBinary: (bytes) => {
          if (!takeFirst(bytes)) handlers.onBinary(bytes);
        },
        onClose: (close) => handlers.onClose(asked(close)),
      };
      const socket = dialler.dial(address, heard);
      return {
        ...socket,
        send(frame) {
          const token = isFirstOut ? deps.token() : null;
          isFirstOut = false;
          socket.send(token === null || typeof frame !== 'string' ? frame : addToken(frame, token));
        },
      };
    },
  };
}

/** As the address names it, the host as `URL.host` writes it. The core has no `URL`. */
export function placeOf(address: string): Place {
  const [, scheme = '', named = '', path = ''] =
    /^(wss?):\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/i.exec(address) ?? [];
  const ownPort = scheme.toLowerCase() === 'wss' ? /:443$/ : /:80$/;
  const pipeline = /\/crdt-sync\/([a-z0-9-]{1,64})$/.exec(path)?.[1] ?? 'default';
  return { host: named.toLowerCase().replace(ownPort, ''), pipeline };
}

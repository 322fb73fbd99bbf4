/** Somebody with keys and sockets of its own, who reads along everywhere. */

import type { Socket } from '../../worker/ports.ts';
import type { TestSigner } from '../support/opFactory.ts';
import type { Frame } from './network.ts';
import { createProcess } from './process.ts';
import type { Scene } from './scene.ts';
import { secretKeyOf } from './signing.ts';

export interface Attacker {
  readonly signers: readonly [TestSigner, TestSigner];
  /** Over a connection of its own, which it makes if it has none. */
  send(address: string, frame: Frame): void;
  /** Takes its connections back. */
  leave(): void;
}

export function createAttacker({ seed, network, signing, ledger }: Scene): Attacker {
  const process = createProcess({
    name: 'attacker',
    host: 'attacker',
    onThrow: (error) => ledger.violate(`the attacker threw ${String(error)}`),
  });
  const sockets = new Map<string, Socket>();
  /** What was to be sent before the connection was open. */
  const early = new Map<string, Frame[]>();

  function dial(address: string): Socket {
    early.set(address, []);
    return network.diallerOf(process).dial(address, {
      onOpen() {
        for (const frame of early.get(address) ?? []) sockets.get(address)?.send(frame);
        early.delete(address);
      },
      onText: () => {},
      onBinary: () => {},
      onClose() {
        sockets.delete(address);
        early.delete(address);
      },
    });
  }

  return {
    signers: [
      signing.createTestSigner(secretKeyOf(`${seed}/attacker 1`)),
      signing.createTestSigner(secretKeyOf(`${seed}/attacker 2`)),
    ],
    send(address, frame) {
      const socket = sockets.get(address) ?? dial(address);
      sockets.set(address, socket);
      const waiting = early.get(address);
      if (waiting === undefined) socket.send(frame);
      else waiting.push(frame);
    },
    leave() {
      for (const socket of sockets.values()) socket.close(1000, 'done');
      sockets.clear();
      early.clear();
    },
  };
}

/**
 * A node that behaves as the Rust nodes do: full bulk at once and no capabilities, keeps what it is
 * given and never forwards, sets carry the item's id as inner author and no origin. An insert
 * without all nine registers crashes it, so nobody may ever pass one on to it.
 */

import { createDocument, type Document } from '../../worker/crdt/document.ts';
import { examineOp } from '../../worker/crdt/op.ts';
import type { SignedOp } from '../../worker/crdt/signedOp.ts';
import type { Socket, SocketHandlers } from '../../worker/ports.ts';
import { opText, type TestSigner } from '../support/opFactory.ts';
import { createProcess, type Process } from './process.ts';
import type { Scene } from './scene.ts';
import { secretKeyOf } from './signing.ts';

export interface RustNode {
  readonly address: string;
  readonly process: Process;
  readonly document: Document;
  readonly signer: TestSigner;
  /** Texts of all it holds, in the order in which they came. */
  readonly texts: readonly string[];
  /** Dials `address`; does nothing while a connection is there. */
  dial(address: string): void;
  /** Makes this an op of its own, and sends it to every peer. */
  publish(op: SignedOp): void;
}

export function createRustNode(name: string, scene: Scene): RustNode {
  const { network, signing, ledger } = scene;
  const address = `ws://${name}/crdt-sync`;
  const document = createDocument();
  const texts: string[] = [];
  const known = new Set<string>();
  const sockets = new Set<Socket>();
  let dialled = 0;
  const process = createProcess({
    name,
    host: name,
    onThrow: (error) => ledger.violate(`${name} threw ${String(error)}`),
  });

  function take(text: string): void {
    const examined = examineOp(text, (key) => known.has(key));
    if (examined.type === 'rejected') {
      ledger.violate(`${name} was sent an op that is ${examined.reason}`);
    } else if (examined.type === 'candidate' && signing.check(examined.claim)) {
      known.add(examined.op.key);
      texts.push(text);
      document.apply(examined.op);
    }
  }

  function handlersOf(socket: () => Socket, onOver: () => void): SocketHandlers {
    return {
      onOpen() {
        sockets.add(socket());
        socket().send(JSON.stringify({ type: 'bulk', ops: texts }));
      },
      onText: (text) => readBulk(text).forEach(take),
      onBinary(bytes) {
        if (bytes[0] !== 0x7b) ledger.violate(`${name} was sent a frame that it cannot know`);
        readLive(bytes).forEach(take);
      },
      onClose() {
        sockets.delete(socket());
        onOver();
      },
    };
  }

  network.listen(address, {
    process,
    accept(connect) {
      const socket: Socket = connect(
        handlersOf(
          () => socket,
          () => {},
        ),
      );
    },
  });

  return {
    address,
    process,
    document,
    signer: signing.createTestSigner(secretKeyOf(`${scene.seed}/${name}`)),
    texts,
    dial(to) {
      if (dialled > 0) return;
      dialled += 1;
      const onOver = (): void => {
        dialled -= 1;
      };
      const socket: Socket = network.diallerOf(process).dial(
        to,
        handlersOf(() => socket, onOver),
      );
    },
    publish(op) {
      const text = opText(op);
      ledger.noteMade(text);
      take(text);
      const frame = new TextEncoder().encode(`{"v":1,"op":${text}}`);
      for (const socket of sockets) socket.send(frame);
    },
  };
}

/** Only what honest peers send: anything else is somebody else's fault, and ignored. */
function readBulk(text: string): readonly string[] {
  try {
    const frame = JSON.parse(text) as { readonly type?: unknown; readonly ops?: readonly string[] };
    return frame.type === 'bulk' && Array.isArray(frame.ops) ? frame.ops : [];
  } catch {
    return [];
  }
}

function readLive(bytes: Uint8Array): readonly string[] {
  const frame = new TextDecoder().decode(bytes);
  return frame.startsWith('{"v":1,"op":') ? [frame.slice('{"v":1,"op":'.length, -1)] : [];
}

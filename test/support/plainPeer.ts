/**
 * A peer on sockets in memory that takes ops as a Rust node does: in the order in which they come,
 * each once a connection, and none that would crash it. What goes against that it notes.
 */

import { type Causes, createCauses } from '../../worker/crdt/causes.ts';
import { examineOp, type Op } from '../../worker/crdt/op.ts';
import type { Socket, SocketHandlers } from '../../worker/ports.ts';

export interface PlainPeer {
  readonly name: string;
  /** Ops it holds, in the order in which they came or were made. */
  readonly ops: readonly Op[];
  readonly texts: readonly string[];
  /** What it was sent and must not be, a phrase each. */
  readonly violations: readonly string[];
  /** An op of its own, for every connection. */
  publish(text: string): void;
  /** Connects, from either end. */
  join(connect: (handlers: SocketHandlers) => Socket): void;
}

export function createPlainPeer(name: string): PlainPeer {
  const causes: Causes = createCauses();
  const ops: Op[] = [];
  const texts: string[] = [];
  const violations: string[] = [];
  const sockets = new Set<Socket>();

  function keep(text: string, isOwn: boolean, came: Set<string>): void {
    const examined = examineOp(text, () => false);
    if (examined.type !== 'candidate') {
      violations.push(`sent what is ${examined.type === 'rejected' ? examined.reason : 'known'}`);
      return;
    }
    const { op } = examined;
    if (came.has(op.key)) violations.push(`sent ${op.key} twice`);
    came.add(op.key);
    if (causes.hasSeen(op.key)) return;
    if (causes.missing(op) !== undefined) {
      violations.push(`${isOwn ? 'made' : 'sent'} ${op.key} before what it needs`);
    }
    causes.record(op);
    ops.push(op);
    texts.push(text);
  }

  return {
    name,
    ops,
    texts,
    violations,
    publish(text) {
      keep(text, true, new Set());
      const frame = new TextEncoder().encode(`{"v":1,"op":${text}}`);
      for (const socket of sockets) socket.send(frame);
    },
    join(connect) {
      const came = new Set<string>();
      const socket = connect({
        onOpen() {
          sockets.add(socket);
          socket.send(JSON.stringify({ type: 'bulk', ops: texts }));
        },
        onText(frame) {
          const { ops: sent } = JSON.parse(frame) as { readonly ops: readonly string[] };
          for (const text of sent) keep(text, false, came);
        },
        onBinary(frame) {
          const text = new TextDecoder().decode(frame);
          keep(text.slice('{"v":1,"op":'.length, -1), false, came);
        },
        onClose: () => void sockets.delete(socket),
      });
    },
  };
}

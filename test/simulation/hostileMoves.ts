/** Moves of an attacker. What it signs with a key of its own may be good; then it must be taken. */

import { toBytes } from '../../worker/crdt/bytes.ts';
import { type Op, readOp } from '../../worker/crdt/op.ts';
import { opText, type PackedOp, packText, unpackOp } from '../../worker/crdt/packedOp.ts';
import { encodeSignedOp } from '../../worker/crdt/signedOp.ts';
import { decodeBinary, decodeText } from '../../worker/wire/codec.ts';
import { encodeCompact } from '../../worker/wire/compactFrames.ts';
import { encodeBulk, encodeLiveOp } from '../../worker/wire/frames.ts';
import { textOf } from '../support/opRecords.ts';
import { alter } from './alterations.ts';
import { pickOf } from './dice.ts';
import { hostileFrame } from './hostileFrames.ts';
import { makeHostileOps } from './hostileOps.ts';
import type { Move } from './moves.ts';
import type { Frame, Parcel } from './network.ts';
import { openLanes } from './tamper.ts';
import type { World } from './world.ts';

type Picks = Move['picks'];

const NOWHERE = 'ee'.repeat(32);

function addressOf(world: World, pick: number): string {
  return pickOf(world.relays, pick)?.address ?? '';
}

/** What an attacker can have heard of: not what a crash kept from ever being sent. */
function publicOps({ relays }: World): readonly string[] {
  return relays.flatMap(({ disk }) => disk.state().log.map(textOf));
}

/** Half of the time one of the latest. */
function someOp(world: World, pick: number): Op | null {
  const known = publicOps(world);
  const text = pickOf(pick % 2 === 0 ? known.slice(-6) : known, pick);
  return text === undefined ? null : world.ledger.read(text);
}

/** Altered copies overtake an op that is still on its way, or reach a relay before it. */
export function alterCopy(world: World, [where, kind, salt]: Picks): void {
  const lane = pickOf(
    openLanes(world).filter(({ items }) => items[0]?.type === 'frame'),
    where,
  );
  const op = (where % 3 > 0 && opUnderWay(world, lane?.items[0])) || someOp(world, salt);
  if (op === null) return;
  const other = someOp(world, kind)?.id ?? NOWHERE;
  for (const pick of [kind, kind + 1, kind + 2]) {
    const copy = alter(op, pick, salt, other);
    if (copy === null) continue;
    if (copy.isGood) world.ledger.noteMade(copy.text);
    const frame = encodeLiveOp(copy.text);
    const packed = encodeCompact({ ops: [pack(copy.text)], left: null });
    if (lane === undefined || where % 2 === 0) world.attacker.send(addressOf(world, salt), frame);
    else lane.items.unshift({ type: 'frame', frame: salt % 2 === 0 ? frame : packed });
  }
}

function opUnderWay({ ledger }: World, parcel: Parcel | undefined): Op | null {
  if (parcel?.type !== 'frame') return null;
  const { frame } = parcel;
  const decoded = typeof frame === 'string' ? decodeText(frame) : decodeBinary(frame);
  if (decoded.type === 'op') return ledger.read(decoded.text);
  const first = decoded.type === 'bulk' || decoded.type === 'compact' ? decoded.ops[0] : undefined;
  if (first === undefined || typeof first === 'string') return first ? ledger.read(first) : null;
  return unpackOp(first).type === 'unreadable' ? null : ledger.read(opText(first));
}

function pack(text: string): PackedOp {
  const op = readOp(text);
  return op.type === 'rejected' ? packText(text) : op.bytes;
}

/** Each relay hears the ops in another order, and not all of them. */
export function signHostile(world: World, [kind, which, salt]: Picks): void {
  const { attacker, ledger, rust } = world;
  const [signer, accomplice] = attacker.signers;
  const items = rust.document.items.view();
  const item = pickOf(items, which)?.id ?? NOWHERE;
  const seq = Math.min(rust.document.items.listSeq() + 1, 50);
  const { ops, areGood } = makeHostileOps(kind, {
    signer,
    accomplice,
    item,
    origin: which % 3 === 0 ? '0'.repeat(64) : item,
    signature: someOp(world, which)?.signature ?? '11'.repeat(64),
    seq: salt % 2 === 0 ? seq : 2 + (salt % 4),
    salt,
  });
  const texts = ops.map(encodeSignedOp);
  if (areGood) texts.forEach(ledger.noteMade);
  const turned = texts.toReversed();
  for (const [at, relay] of world.relays.entries()) {
    const share = at === 0 ? texts : turned.slice(0, Math.max(1, texts.length - 1));
    const frames: readonly Frame[] =
      salt % 3 === 0 ? [encodeBulk(share, 0)] : share.map(encodeLiveOp);
    for (const frame of frames) attacker.send(relay.address, frame);
  }
}

export function sendHostileFrame(world: World, [where, kind, which]: Picks): void {
  const op = someOp(world, which);
  const text = op === undefined || op === null ? '{}' : textOf(op);
  const frame = hostileFrame(kind, text);
  const lane = pickOf(openLanes(world), where);
  if (where % 2 === 0 && lane !== undefined) lane.items.push({ type: 'frame', frame });
  else world.attacker.send(addressOf(world, which), frame);
}

/** Ops that everybody has, again and again. */
export function replay(world: World, [where, which, count]: Picks): void {
  const times = count % 25 === 0 ? 1000 : 20;
  const known = publicOps(world);
  const texts = Array.from({ length: times }, (_, at) => pickOf(known, which + at) ?? '{}');
  world.attacker.send(addressOf(world, where), encodeBulk(texts, 0));
}

/** The peer itself is hostile: good ops out of order, and acknowledgements of what it does not have. */
export function inject(world: World, [where, which, kind]: Picks): void {
  const lane = pickOf(openLanes(world), where);
  const op = someOp(world, which);
  if (lane === undefined || op === null) return;
  const frames: readonly Frame[] = [
    encodeLiveOp(textOf(op)),
    encodeBulk([textOf(op)], 5),
    encodeCompact({ ops: [op.bytes], left: which % 2 === 0 ? null : 5 }),
    Uint8Array.of(0x01, ...toBytes(op.key)),
    encodeBulk(publicOps(world).toReversed().slice(0, 12), 0),
    encodeCompact({ ops: publicOps(world).toReversed().slice(0, 12).map(pack), left: 0 }),
  ];
  const frame = pickOf(frames, kind) ?? '';
  lane.items.splice(kind % (lane.items.length + 1), 0, { type: 'frame', frame });
}

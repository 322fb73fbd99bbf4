/** Rules of the product, each broken on purpose: a simulator that passes one of these sees nothing. */

import { replaceOnce, type SourceChange } from './sourceChanges.ts';

export interface Mutant {
  /** What is broken. */
  readonly name: string;
  readonly change: SourceChange;
}

const mutant = (name: string, file: string, find: string, replacement: string): Mutant => ({
  name,
  change: replaceOnce(`worker/${file}`, find, replacement),
});

export const mutants: readonly Mutant[] = [
  mutant(
    'registers: no tie-break by id',
    'crdt/lwwRegister.ts',
    'return a.id < b.id;',
    'return false;',
  ),
  mutant('list: no tie-break by id', 'crdt/rga.ts', 'return a.id > b.id ? -1 : 1;', 'return 1;'),
  mutant(
    'seen-key of the signature alone',
    'crdt/op.ts',
    'canonical.length > MAX_OP_BYTES ? undefined : computeSeenKey(canonical)',
    "computeSeenKey(String(canonical).slice(0, String(canonical).indexOf('105,110,110,101,114')))",
  ),
  mutant(
    'own ops are sent before they are stored',
    'ownCommands.ts',
    'const stored: StoreOutcome =',
    'deps.apply(ops);\n    const stored: StoreOutcome =',
  ),
  mutant(
    'own ops are applied and sent though they were not stored',
    'ownCommands.ts',
    "if (stored.type === 'failed') {",
    "if (stored.type === 'failed' && ops.length === 0) {",
  ),
  mutant(
    'path tail of a set unchecked',
    'crdt/op.ts',
    'if (!isIndex(own, inner.id))',
    "if (own?.type !== 'index' || !isSameBytes(own.index.slice(0, 3), inner.id.slice(0, 3)))",
  ),
  mutant(
    'path tail of an insert unchecked',
    'crdt/op.ts',
    'if (!isSameBytes(item, id))',
    'if (!isSameBytes(item.slice(0, 3), id.slice(0, 3)))',
  ),
  mutant(
    'epoch check off',
    'adapters/claim.ts',
    'return isOnDisk ? seen.epoch !== epoch : seen.epoch !== epoch - 1 || seen.logEnd !== logEnd;',
    'return isOnDisk && seen.epoch + epoch < 0 && logEnd < 0;',
  ),
  mutant(
    'inserts without all registers are taken',
    'crdt/op.ts',
    'if (missing.length > 0)',
    'if (missing.length > 9)',
  ),
  mutant(
    'ids are believed',
    'crdt/op.ts',
    'if (text !== null && !hasOwnId(signed))',
    "if (text === '' && !hasOwnId(signed))",
  ),
  mutant(
    'the relay forwards before it stores',
    'relay/pipelineRelay.ts',
    'if (isStored) forward(ready, source);',
    'forward(ready, source);',
  ),
  mutant(
    'the replica acknowledges what it could not store',
    'replica.ts',
    "const keys = stored === 'stored' ? intake.verified.map((op) => op.key) : [];",
    'const keys = stored && intake.verified.map((op) => op.key);',
  ),
  mutant(
    'what the disk had no room for is forgotten',
    'replica.ts',
    'const backlog = unstoredApplied();',
    'const backlog: Op[] = [];',
  ),
  mutant(
    'held ops are not released',
    'crdt/planBatch.ts',
    'for (const waited of released) place(waited, cause);',
    'for (const waited of released.slice(1)) place(waited, cause);',
  ),
  mutant(
    'commands do not take turns',
    'turns.ts',
    'const turn = last.then(task);',
    'const turn = task();',
  ),
  mutant(
    'a new leader leaves what the old one was asked unanswered',
    'follower.ts',
    'asked.delete(number);\n      resolve(null);',
    'asked.delete(number);',
  ),
  mutant(
    'a follower shows the stream of any leader',
    'follower.ts',
    'if (message.leader === leader) onMessage',
    'if (leader !== null) onMessage',
  ),
  mutant(
    'a start reads the log behind the snapshot from one op too late',
    'loadReplica.ts',
    'deps.store.readOps(after)',
    'deps.store.readOps(after > 0 ? after + 1 : 0)',
  ),
  mutant(
    'an offset is believed, whatever the digests are',
    'sync/reconcileInitiator.ts',
    'if (isEqual(asking.digest, theirs)) state',
    'if (isEqual(theirs, theirs)) state',
  ),
  mutant(
    'what the listener lacks is not sent',
    'sync/reconcileInitiator.ts',
    'if (have.size > 0) options.sendOps',
    'if (have.size > 1e9) options.sendOps',
  ),
  mutant(
    'what is wanted is not sent',
    'sync/reconcileResponder.ts',
    'if (wanted.size > 0) options.sendOps',
    'if (wanted.size > 1e9) options.sendOps',
  ),
  mutant(
    'a story counts as shared when one of its edits is',
    'unacknowledgedOps.ts',
    'if (leave(key, entry)) removed.push(entry.item);',
    'leave(key, entry);\n        removed.push(entry.item);',
  ),
  mutant(
    'signatures are believed',
    'intake.ts',
    'if (answers[index] === true) verified.push(op);',
    'if (answers[index] !== null) verified.push(op);',
  ),
];

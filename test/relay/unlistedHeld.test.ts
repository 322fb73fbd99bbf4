import { expect, test } from 'vitest';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { openPipelineRelay } from '../../worker/relay/pipelineRelay.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';
import { createMemoryOpLog } from '../support/memoryOpLog.ts';
import { createSigner, idOf, insertOp, opText, setOp } from '../support/opFactory.ts';
import { openLog } from '../support/opLogRecords.ts';
import { textOf } from '../support/opRecords.ts';

test('AUTH27 what waits of a signer who is taken off the list is not stored later, and comes again', async () => {
  const [ann, bob] = [createSigner(1), createSigner(2)];
  const item = insertOp({ signer: ann });
  const [ofBob, ofAnn] = [bob, ann].map((signer) => setOp(idOf(item), 'name', { signer, seq: 2 }));
  const listed = new Set<string>([ann.publicKey, bob.publicKey]);
  const opLog = createMemoryOpLog();
  const clock = createManualClock();
  const opening = await openPipelineRelay({
    name: 'default',
    log: await openLog(opLog, 'default'),
    verifier: createNodeVerifier(clock.yieldTurn),
    clock,
    logger: createMemoryLogger(),
    maySign: (signer) => listed.has(signer),
  });
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const { pipeline } = opening;
  const asked: string[] = [];
  for (const name of ['a', 'b']) {
    pipeline.join(name, { offer: () => undefined, resync: () => void asked.push(name) });
  }
  const receive = (peer: string, ...texts: readonly string[]) =>
    pipeline.exchange.receive(texts, { peer, frame: 'live' });
  const stored = () => opLog.records('default').map(textOf);

  await receive('b', opText(ofBob!));
  await receive('a', opText(ofAnn!));
  listed.delete(bob.publicKey);
  pipeline.recheckSigners();
  await receive('a', opText(item));
  expect([stored(), asked]).toEqual([[item, ofAnn!].map(opText), []]);

  listed.add(bob.publicKey);
  pipeline.recheckSigners();
  expect(asked).toEqual(['b']);
  await receive('b', opText(ofBob!));
  expect(stored()).toEqual([item, ofAnn!, ofBob!].map(opText));
});

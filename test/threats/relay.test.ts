/** What may happen to a relay, one describe each, as `docs/threats.md` lists it. */

import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmbedFilter } from '../../src/embed/attributes.ts';
import { parseFrameQuery } from '../../src/embed/frameQuery.ts';
import { takeIn } from '../../worker/intake.ts';
import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { createNodeVerifier } from '../../worker/relay/nodeVerifier.ts';
import { maySync } from '../../worker/relay/origin.ts';
import { createPageResponder } from '../../worker/relay/pageFiles.ts';
import { createRefusalBudget } from '../../worker/sync/refusalBudget.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createSigner, insertOp, itemContent, opText, text } from '../support/opFactory.ts';
import { logged, openLog, readAll, records } from '../support/opLogRecords.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function open(data: string) {
  const opening = await openLevelOpLog(data);
  if (opening.type !== 'opened') throw new Error(opening.detail);
  const { opLog, findings } = opening;
  return { opLog, findings, log: await openLog(opLog, 'default') };
}

/** A data folder whose log took three ops, each by a write of its own, and the database in it. */
async function closedStore() {
  const data = await mkdtemp(join(tmpdir(), 'threat-'));
  cleanUps.push(() => rm(data, { recursive: true }));
  const { opLog, log } = await open(data);
  for (const op of logged(records(3))) await log.append([op]);
  await opLog.close();
  return { data, database: join(data, 'ops') };
}

async function reopen(data: string) {
  const { opLog, findings, log } = await open(data);
  cleanUps.push(opLog.close);
  return { findings, ops: await readAll(log) };
}

describe('floods of forged ops', () => {
  test('CON19 behind the budget a wrong signature costs nothing, and a good op is taken later', async () => {
    const signer = createSigner(1);
    const genuine = Array.from({ length: 100 }, (_, number) =>
      opText(insertOp({ signer, content: itemContent({ name: text(`story ${number}`) }) })),
    );
    const forged = genuine.map((op) => op.replace(/"signed_digest":\[\d+/, '"signed_digest":[7'));
    const verifier = createNodeVerifier(async () => undefined);
    const budget = createRefusalBudget(createManualClock());
    const flood = await takeIn(forged, () => false, verifier, budget);
    expect([flood.rejected.length, flood.verified.length, flood.known.length]).toEqual([64, 0, 0]);
    const after = await takeIn(genuine, () => false, verifier, budget);
    expect([after.rejected.length, after.verified.length]).toEqual([0, 100]);
  });
});

describe('pages of other sites', () => {
  test('SRV18 a page of another site may not sync with a relay on this machine', () => {
    const claim = { origin: 'https://evil.example', host: '127.0.0.1:3001' };
    expect(maySync(claim, [])).toBe(false);
    expect(maySync(claim, ['https://dash.example'])).toBe(false);
  });
});

describe('sites that frame the board', () => {
  test('SRV20 only the frame page is offered to listed sites, and nothing to others', async () => {
    const page = await mkdtemp(join(tmpdir(), 'threat-page-'));
    cleanUps.push(() => rm(page, { recursive: true }));
    for (const name of ['index.html', 'embed.html']) await writeFile(join(page, name), '<p>');
    const respond = createPageResponder(page, { frameAncestors: ['https://desk.example'] });
    const server = createServer(respond);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cleanUps.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const framers = await Promise.all(
      ['/embed.html', '/', '/index.html'].map(async (path) => {
        const { headers } = await fetch(`http://127.0.0.1:${port}${path}`);
        return /frame-ancestors ([^;]+)/.exec(headers.get('content-security-policy') ?? '')?.[1];
      }),
    );
    expect(framers).toEqual(["'self' https://desk.example", "'self'", "'self'"]);
  });
});

describe('links and pages that embed', () => {
  test('EMB12 an address cannot make a frame edit by accident, nor set what it should not', () => {
    const query = '?readonly=no&edit=true&onclick=alert(1)&style=x&class=y&id=z';
    const { attributes } = parseFrameQuery(`https://relay.example/embed.html${query}`);
    expect([...attributes]).toEqual([['readonly', '']]);
  });

  test('EMB8 stages and filters from a page are names and words, whatever they spell', () => {
    const hostile = ['"', '<script>', 'a:b', '__proto__"', 'x'.repeat(65)];
    const read = hostile.map((stages) => parseEmbedFilter({ stages, filter: null }).type);
    expect(read).toEqual(hostile.map(() => 'bad'));
    expect(parseEmbedFilter({ stages: '3_qa', filter: '<b>' })).toEqual({
      type: 'ok',
      text: 'stage:3_qa <b>',
    });
  });
});

describe('a relay that dies in a write', () => {
  test('LOG15 the half-written op is cut, and those before it are there', async () => {
    const { data, database } = await closedStore();
    const [log] = (await readdir(database)).filter((name) => name.endsWith('.log'));
    const path = join(database, log!);
    await truncate(path, (await stat(path)).size - 1);
    const { findings, ops } = await reopen(data);
    expect(ops).toEqual(records(2));
    expect(findings.cutBytes).toBeGreaterThan(0);
  });
});

describe('damaged files of a relay', () => {
  test('LOG16 without its catalogue the log is repaired and not begun anew', async () => {
    const { data, database } = await closedStore();
    await rm(join(database, 'CURRENT'));
    const { findings, ops } = await reopen(data);
    expect(ops).toEqual(records(3));
    expect(findings.repairs.length).toBe(1);
  });
});

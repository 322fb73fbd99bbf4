import { expect, test } from 'vitest';
import { openAccessFile } from '../../../worker/relay/access/accessFile.ts';
import { createManualClock } from '../../support/manualClock.ts';
import { createMemoryLogger } from '../../support/memoryLogger.ts';

const KEY = 'cd'.repeat(32);
const GOOD = `[[key]]\nname = "ann"\nkey = "${KEY}"\nrole = "write"\npipelines = "*"\n`;

/** A file whose text the test writes, and of whose changes it tells. */
function openOn(text: string | null) {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  let content = text;
  let tell = (): void => undefined;
  let changes = 0;
  const opening = openAccessFile(
    {
      path: 'access.toml',
      read() {
        if (content === null) throw new Error('ENOENT');
        return content;
      },
      watch(onChange) {
        tell = onChange;
        return () => {
          tell = () => undefined;
        };
      },
    },
    { clock, logger },
  );
  if (opening.type === 'opened') opening.file.onChange(() => (changes += 1));
  return {
    opening,
    clock,
    errors: () => logger.lines.filter(({ level }) => level === 'error'),
    changes: () => changes,
    knows: () =>
      opening.type === 'opened' &&
      opening.file.list().entriesOf({ type: 'key', id: KEY }).length === 1,
    async write(next: string | null) {
      content = next;
      tell();
      await clock.advance(1000);
    },
    half(next: string) {
      content = next;
      tell();
    },
  };
}

test('AUTH9 a file that changes is in force within a second', async () => {
  const file = openOn(GOOD);
  expect(file.knows()).toBe(true);
  await file.write('# nobody\n');
  expect([file.knows(), file.changes()]).toEqual([false, 1]);
  await file.write(GOOD);
  expect([file.knows(), file.changes(), file.errors()]).toEqual([true, 2, []]);
  await file.write(GOOD);
  expect(file.changes()).toBe(2);
});

test('AUTH9 a file that is broken or gone is told, and the one before stays in force', async () => {
  const file = openOn(GOOD);
  await file.write('[[key]]\n');
  await file.write(null);
  expect([file.knows(), file.changes()]).toEqual([true, 0]);
  const detail = 'access.toml, line 1: key of [[key]] must be there';
  expect(file.errors().map(({ fields }) => fields['detail'])).toEqual([
    detail,
    'cannot read access.toml: ENOENT',
  ]);
});

test('AUTH9 a file that is being written counts once it stays as it is', async () => {
  const file = openOn(GOOD);
  file.half('');
  await file.clock.advance(50);
  file.half(GOOD.slice(0, 30));
  await file.clock.advance(50);
  await file.write(`${GOOD}# more`);
  expect([file.knows(), file.changes(), file.errors()]).toEqual([true, 1, []]);
});

test('AUTH9 without a good file there is nothing to begin with', () => {
  expect(openOn(null).opening).toEqual({
    type: 'refused',
    detail: 'cannot read access.toml: ENOENT',
  });
});

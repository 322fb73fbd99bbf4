import { expect, test } from 'vitest';
import { reportStore } from '../../worker/relay/storeReport.ts';
import { createMemoryLogger } from '../support/memoryLogger.ts';

const sound = { pipelines: 2, ops: 30, cutBytes: 0, droppedBytes: 0, lostOps: 0, repairs: [] };

test('LOG20 of a sound store nothing is told', () => {
  const logger = createMemoryLogger();
  reportStore(sound, logger);
  expect(logger.lines).toEqual([]);
});

test('LOG20 everything that was wrong is told with its figure', () => {
  const logger = createMemoryLogger();
  reportStore({ ...sound, cutBytes: 9, droppedBytes: 70, lostOps: 3, repairs: ['why'] }, logger);
  expect(logger.lines).toEqual([
    {
      level: 'error',
      message: 'the op log was damaged and has been repaired',
      fields: { detail: 'why' },
    },
    { level: 'error', message: 'damaged parts of the op log are left out', fields: { bytes: 70 } },
    {
      level: 'error',
      message: 'ops are missing in the log until peers send them again',
      fields: { ops: 3 },
    },
    {
      level: 'warn',
      message: 'the last run ended in the middle of a write, which is cut',
      fields: { bytes: 9 },
    },
  ]);
});

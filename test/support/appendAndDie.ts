import { openLevelOpLog } from '../../worker/relay/levelOpLog.ts';
import { logged, openLog, records } from './opLogRecords.ts';

/** Run as a process: `<folder> <count>`: appends to the op log there, then is killed on the spot. */
const [folder, count] = process.argv.slice(2);
const opening = await openLevelOpLog(folder!);
if (opening.type !== 'opened') throw new Error(opening.detail);
const log = await openLog(opening.opLog, 'default');
const ops = logged(records(Number(count)));
for (let from = 0; from < ops.length; from += 50) {
  const outcome = await log.append(ops.slice(from, from + 50));
  if (outcome.type !== 'stored') throw new Error(outcome.detail);
}
process.kill(process.pid, 'SIGKILL');

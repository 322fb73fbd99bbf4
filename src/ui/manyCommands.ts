/** Commands that belong together: several at a time, so that one flush of the store serves many. */
import type { Command } from '../../worker/api.ts';
import type { EditOutcome, ReplicaClient } from '../replicaClient.ts';

/** Under way at once. Beyond that, a page that goes away would leave more half done. */
const AT_ONCE = 32;

/** Outcomes in the order of the commands. `onDone`: so many have an outcome. Never rejects. */
export async function runCommands(
  client: Pick<ReplicaClient, 'command'>,
  commands: readonly Command[],
  onDone: (count: number) => void = () => {},
): Promise<readonly EditOutcome[]> {
  const outcomes: EditOutcome[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < commands.length) {
      const index = next;
      next += 1;
      outcomes[index] = await client.command(commands[index] as Command);
      done += 1;
      onDone(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

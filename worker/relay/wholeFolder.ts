import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder that has its name when it is whole and on the disk: until then it is called
 * `<to>.partial-…`. Throws what `fill` or the disk says, and nothing is left then. `to`: absolute;
 * nothing may be there.
 */
export async function makeWholeFolder<Result>(
  to: string,
  fill: (partial: string) => Promise<Result>,
): Promise<Result> {
  const partial = await mkdtemp(`${to}.partial-`);
  try {
    const result = await fill(partial);
    await rename(partial, to);
    await syncFolder(dirname(to));
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** So that a power cut does not take the new name back. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

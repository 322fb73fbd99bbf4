import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program of the system, also where only root's PATH has it; null: there is none. */
export function findSystemProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

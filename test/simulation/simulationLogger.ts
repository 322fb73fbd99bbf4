/** Listens for what a process must never say: that something in it broke. */

import type { Logger } from '../../worker/ports.ts';
import type { Ledger } from './ledger.ts';

const NEVER = ['an op exchange failed', 'a stored op is damaged', 'the log has damaged ops'];

export function createSimulationLogger(process: string, ledger: Ledger): Logger {
  return {
    info: () => {},
    warn: () => {},
    error(message, fields) {
      if (NEVER.some((never) => message.startsWith(never))) {
        ledger.violate(`${process} said: ${message} ${JSON.stringify(fields)}`);
      }
    },
  };
}

import type { Logger } from '../ports.ts';
import type { OpExchange } from '../sync/exchange.ts';

/**
 * What a peer that may only read is connected to: it gets everything, and what it brings is left out,
 * not acknowledged and not marked seen, so that it can come again by one who may write.
 */
export function createReadOnlyExchange(
  exchange: OpExchange,
  peer: string,
  logger: Logger,
): OpExchange {
  let isTold = false;
  return {
    ...exchange,
    async receive(ops) {
      if (!isTold && ops.length > 0) {
        isTold = true;
        logger.warn('a peer that may only read brings ops: they are left out', { peer });
      }
      return { stored: [] };
    },
  };
}

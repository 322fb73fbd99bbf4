/** What everything in one world shares. */

import type { Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import type { Signing } from './signing.ts';
import type { VirtualTime } from './virtualTime.ts';

export interface Scene {
  readonly seed: string;
  readonly time: VirtualTime;
  readonly network: Network;
  readonly signing: Signing;
  readonly ledger: Ledger;
}

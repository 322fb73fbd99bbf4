import type { SocketStatus } from '../api.ts';
import type { Clock, Dialler, Logger, Random } from '../ports.ts';
import { createAccessDialler } from '../sync/accessDialler.ts';
import type { Rendezvous } from '../sync/rendezvous.ts';
import { openRelayKey } from './access/relayKey.ts';
import { openRendezvousTokens } from './access/rendezvousTokens.ts';
import type { GaugeLabel, Metrics } from './metrics.ts';
import { dialPeer } from './peers.ts';
import type { PipelineRelay } from './pipelineRelay.ts';

/** The nodes that the relay dials, with what it shows to those that ask who it is. */

export interface DiallingConfig {
  readonly rendezvous: readonly string[];
  readonly rendezvousTokens: string | null;
  /** The data folder, which is there. */
  readonly data: string;
}

export interface DiallingDeps {
  readonly dialler: Dialler;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type DiallingOpening =
  | {
      readonly type: 'opened';
      /** Dials each until it is stopped. */
      start(pipeline: PipelineRelay): readonly Rendezvous[];
    }
  /** `detail`: a sentence for whoever started the relay. */
  | { readonly type: 'refused'; readonly detail: string };

export function openDialling(config: DiallingConfig, deps: DiallingDeps): DiallingOpening {
  const { rendezvous: addresses, rendezvousTokens, data } = config;
  const { dialler, random, logger, metrics } = deps;
  const opening = openRendezvousTokens(rendezvousTokens, { addresses, logger });
  if (opening.type === 'refused') return opening;
  const { tokens } = opening;
  if (addresses.length === 0) return { type: 'opened', start: () => [] };
  const key = openRelayKey(data, random);
  if (key.type === 'refused') return key;
  const { signer } = key;
  return {
    type: 'opened',
    start(pipeline) {
      logger.info('dials other nodes as', { key: signer.publicKey });
      return addresses.map((address) =>
        dialPeer({
          ...deps,
          pipeline,
          address,
          // A proof is for the host as `URL.host` has it, however it is written here.
          dialler: atCanonicalAddress(
            createAccessDialler(dialler, {
              signer: () => signer,
              token: () => tokens.of(address),
            }),
          ),
          onStatus: createStatusGauge(metrics),
        }),
      );
    },
  };
}

function atCanonicalAddress({ dial }: Dialler): Dialler {
  return { dial: (address, handlers) => dial(new URL(address).href, handlers) };
}

/** Counts a node that is dialled under the state that it is in. */
function createStatusGauge(metrics: Metrics): (status: SocketStatus) => void {
  let before: GaugeLabel<'rendezvous'> | null = null;
  return ({ name }) => {
    if (name === before) return;
    if (before !== null) metrics.move('rendezvous', before, -1);
    metrics.move('rendezvous', name, 1);
    if (name === 'needs-auth' || name === 'refused') metrics.count('dials_refused', name);
    before = name;
  };
}

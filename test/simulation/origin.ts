/** What the tabs of one browser share: the lock, and the channel, cranked by hand. */

import type { Lock, TabChannel } from '../../worker/ports.ts';
import { createLane, type Lane } from './lane.ts';
import type { Process } from './process.ts';

export interface Origin {
  lockOf(process: Process): Lock;
  channelOf(process: Process): TabChannel;
  /** Who has the lock; null: nobody. */
  holder(): Process | null;
  /** Messages on their way to each tab. */
  lanes(): readonly Lane<unknown>[];
  /** The browser gives the lock away though its holder lives, as one does to a tab it thinks frozen. */
  steal(): void;
  /** To be called when a tab has died: the lock passes on. */
  bury(process: Process): void;
}

interface Claim {
  readonly process: Process;
  readonly grant: () => void;
}

interface Member {
  readonly process: Process;
  readonly lane: Lane<unknown>;
}

export function createOrigin(): Origin {
  /** The first one holds the lock. */
  let claims: Claim[] = [];
  let members: Member[] = [];

  function withdraw(claim: Claim | undefined): void {
    if (claim === undefined) return;
    const wasHolder = claims[0] === claim;
    claims = claims.filter((one) => one !== claim);
    const next = claims[0];
    if (wasHolder && next !== undefined) next.process.run(next.grant);
  }

  return {
    lockOf: (process) => ({
      acquire: () =>
        new Promise((resolve) => {
          const claim: Claim = {
            process,
            grant: () => resolve({ release: () => withdraw(claim) }),
          };
          claims.push(claim);
          if (claims[0] === claim) claim.grant();
        }),
    }),
    channelOf(process) {
      let listen: (message: unknown) => void = () => {};
      let isClosed = false;
      const member: Member = {
        process,
        lane: createLane<unknown>(process, (message) => {
          if (!isClosed) listen(message);
        }),
      };
      members.push(member);
      return {
        post(message) {
          if (isClosed || process.state() === 'dead') return;
          for (const other of members) if (other !== member) other.lane.items.push(message);
        },
        listen(onMessage) {
          listen = onMessage;
        },
        close() {
          isClosed = true;
          members = members.filter((one) => one !== member);
        },
      };
    },
    steal() {
      if (claims.length > 1) withdraw(claims[0]);
    },
    holder: () => claims[0]?.process ?? null,
    lanes: () => members.map(({ lane }) => lane),
    bury(process) {
      members = members.filter((member) => member.process !== process);
      for (const claim of claims.filter((one) => one.process === process)) withdraw(claim);
    },
  };
}

/** Texts of the agents' lanes. */
import type { Evidence } from '../../agents.ts';
import { count, elapsed, shortKey } from '../texts.ts';
import { momentText } from './story.ts';

export const agentTexts = {
  title: 'Agents',
  hint: (minutes: number) =>
    `What the stories' fields say, with the field. A claim shows that a story was taken, not that work goes on; it counts as stale after ${count(minutes, 'minute', 'minutes')}.`,
  person: 'Needs a person',
  personHint: 'Blocked, in a cycle, in a retry loop, with a stale claim or an unknown dependency.',
  nobody: 'Nothing asks for a person.',
  noAgent: 'No agent named',
  noLanes: 'No story that is not done names an agent or is claimed.',
  onBoard: 'Show them on the board',
  stories: (number: number) => count(number, 'story', 'stories'),
  more: (number: number) => `${count(number, 'more story', 'more stories')} not shown`,
} as const;

export const stateNames: { readonly [Type in Evidence['type']]: string } = {
  blocked: 'Blocked',
  cycle: 'In a cycle',
  unknown: 'Unknown dependency',
  retries: 'Retry loop',
  waits: 'Waits',
  stale: 'Stale claim',
  claim: 'Claimed',
  unclaimed: 'Not claimed',
};

/** The register and what it says. `numberOf`: of a story; `nameOf`: own name of a key, or empty. */
export function evidenceText(
  evidence: Evidence,
  names: {
    readonly nowMs: number;
    readonly numberOf: (id: string) => string;
    readonly nameOf: (key: string) => string;
  },
): string {
  switch (evidence.type) {
    case 'blocked':
      return 'blocked is set; the field does not say by whom or since when';
    case 'cycle':
      return 'depends_on leads, through others or at once, back to this story';
    case 'unknown':
      return `depends_on names ${evidence.texts.join(', ')}, which is not here`;
    case 'retries':
      return `retry_count is ${evidence.count}`;
    case 'waits':
      return `depends_on ${evidence.ids.map(names.numberOf).join(', ')}, not done`;
    case 'stale':
    case 'claim': {
      const who = names.nameOf(evidence.signer) || shortKey(evidence.signer);
      if (evidence.claimedAtS === null) return `claimed_by ${who}; claimed_at is not set`;
      const age = elapsed(evidence.claimedAtS, names.nowMs) || 'in the future, by this clock';
      return `claimed_by ${who}, claimed_at ${momentText(evidence.claimedAtS)} (${age})`;
    }
    case 'unclaimed':
      return 'claimed_by is empty';
  }
}

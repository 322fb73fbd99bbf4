/** What was asked, answered and shown in the tabs of a crash loop, and what the ops say to it. */

import type { CommandOutcome } from '../../worker/api.ts';
import type { TabNote } from './tabProbe.ts';

export interface EditLedger {
  take(note: TabNote): void;
  figures(): { readonly asked: number; readonly done: number; readonly leaderLost: number };
  /** What `texts`, a whole log, should hold and does not, or the other way; a sentence each. */
  check(texts: readonly string[]): readonly string[];
}

const TOKEN = /"(edit-[a-z0-9]+-\d+)"/g;

/** `allowed`: refusals that a crash may cause, after which an edit was made once or not at all. */
export function createEditLedger(allowed: readonly string[]): EditLedger {
  /** Ops that an edit takes, by its token. */
  const asked = new Map<string, number>();
  const shown = new Set<string>();
  const answers = new Map<string, CommandOutcome>();

  const checkEdit = (token: string, expected: number, found: number): string | null => {
    const answer = answers.get(token);
    if (answer?.type === 'refused' && !allowed.includes(answer.reason)) {
      return `${token} was refused: ${answer.reason}, ${answer.detail}`;
    }
    if (found === expected) return null;
    if (answer?.type === 'done') return `${token} was done, the log has ${found} of its ops`;
    if (shown.has(token)) return `${token} was shown, the log has ${found} of its ops`;
    return found === 0 ? null : `${token} takes ${expected} ops, the log has ${found}`;
  };

  return {
    take(note) {
      if (note.type === 'asked') asked.set(note.token, note.ops);
      else if (note.type === 'shown') shown.add(note.token);
      else if (note.type === 'answered') answers.set(note.token, note.outcome);
    },
    figures() {
      const outcomes = [...answers.values()];
      return {
        asked: asked.size,
        done: outcomes.filter(({ type }) => type === 'done').length,
        leaderLost: outcomes.filter((it) => it.type === 'refused' && it.reason === 'leader-lost')
          .length,
      };
    },
    check(texts) {
      const opsOf = new Map<string, number>();
      for (const text of texts) {
        for (const token of new Set(Array.from(text.matchAll(TOKEN), ([, it]) => it ?? ''))) {
          opsOf.set(token, (opsOf.get(token) ?? 0) + 1);
        }
      }
      return [...asked].flatMap(
        ([token, expected]) => checkEdit(token, expected, opsOf.get(token) ?? 0) ?? [],
      );
    },
  };
}

/** What was typed in stories that were left for another one, by board; kept until it is unmounted. */
import type { ItemId } from '../../worker/api.ts';
import type { BoardModel } from './boardModel.ts';
import type { Draft } from './fieldInputs.ts';

export interface KeptDraft {
  readonly draft: Draft;
  /** What stood in a field when it was first typed in. */
  readonly seen: Draft;
}

const drafts = new WeakMap<BoardModel, Map<ItemId, KeptDraft>>();

export function keptDrafts(model: BoardModel): Map<ItemId, KeptDraft> {
  const kept = drafts.get(model) ?? new Map<ItemId, KeptDraft>();
  drafts.set(model, kept);
  return kept;
}

/** What a user can do to stories: each asks the replica, says what became of it, and loses nothing. */
import type { FieldName, ItemFields, ItemId, NewFields } from '../../worker/api.ts';
import type { EditOutcome } from '../replicaClient.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import { stageOf } from '../story.ts';
import type { BoardFocus } from './boardFocus.ts';
import type { Messages } from './messages.ts';
import { refusalText, said } from './texts.ts';

export interface Actions {
  /** `after` as in the command; absent: at the end. `text` is for the form that asked. */
  add(fields: Partial<NewFields>, after?: ItemId): Promise<AddOutcome>;
  /** Null: done. Else the sentence that says why not, for the form that asked. */
  edit(id: ItemId, fields: Partial<NewFields>): Promise<string | null>;
  move(id: ItemId, stage: string, then: AfterMove): Promise<void>;
  toggleBlocked(id: ItemId): Promise<void>;
  /** Offers to undo it. */
  remove(id: ItemId): Promise<void>;
  exportOps(save: (text: string) => void): Promise<void>;
}

/**
 * `follow`: the view and the focus go with the card. `stay`: they do not, and a message says where it
 * went; for a hand that sorts one column after another on a narrow board.
 */
export type AfterMove = 'follow' | 'stay';

export type AddOutcome =
  | { readonly type: 'done'; readonly id: ItemId }
  | { readonly type: 'refused'; readonly text: string };

export function createActions(deps: {
  readonly pipeline: Pipeline;
  readonly messages: Messages;
  readonly focus: BoardFocus;
}): Actions {
  const { messages, focus } = deps;
  const { store, client } = deps.pipeline;

  const complain = (what: string, refusal: Refused): void =>
    messages.show({ tone: 'problem', text: refusalText(what, refusal) });

  const restore = async (id: ItemId, fields: ItemFields): Promise<void> => {
    const outcome = await client.command({ type: 'add', fields: writable(fields), after: id });
    if (outcome.type === 'refused') {
      // What was offered is still possible: the offer comes back with the reason.
      const text = refusalText(said.notRestored(fields), outcome);
      messages.show({ tone: 'problem', text, undo: () => void restore(id, fields) });
      return;
    }
    focus.follow(outcome.id, stageOf(fields));
    messages.speak(said.restored(fields));
  };

  return {
    add: async (fields, after) => {
      const place = after === undefined ? {} : { after };
      const outcome = await client.command({ type: 'add', fields, ...place });
      if (outcome.type === 'refused') {
        return { type: 'refused', text: refusalText(said.notAdded, outcome) };
      }
      messages.speak(said.added({ story_id: fields.story_id ?? null }));
      return { type: 'done', id: outcome.id };
    },
    edit: async (id, fields) => {
      const before = store.fieldsOf(id);
      const outcome = await client.command({ type: 'edit', id, fields });
      if (outcome.type === 'refused') {
        return refusalText(before === undefined ? '' : said.notChanged(before), outcome);
      }
      if (before !== undefined) messages.speak(said.saved({ ...before, ...fields }));
      return null;
    },
    move: async (id, stage, then) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      if (fields.stage === stage) return;
      const outcome = await client.command({ type: 'edit', id, fields: { stage } });
      if (outcome.type === 'refused') {
        complain(said.notMoved(fields), outcome);
        return;
      }
      const text = said.moved(fields, stage);
      if (then === 'stay') {
        messages.show({ tone: 'news', text });
        return;
      }
      focus.follow(id, stage);
      messages.speak(text);
    },
    toggleBlocked: async (id) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      const blocked = fields.blocked !== true;
      const outcome = await client.command({ type: 'edit', id, fields: { blocked } });
      if (outcome.type === 'refused') complain(said.notChanged(fields), outcome);
      else messages.speak(blocked ? said.blocked(fields) : said.unblocked(fields));
    },
    remove: async (id) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      const outcome = await client.command({ type: 'delete', id });
      if (outcome.type === 'refused') {
        complain(said.notDeleted(fields), outcome);
        return;
      }
      messages.show({
        tone: 'news',
        text: said.deleted(fields),
        undo: () => void restore(id, fields),
      });
    },
    exportOps: async (save) => {
      const outcome = await client.query({ type: 'export-ops' });
      if (outcome.type === 'no-answer') {
        messages.show({ tone: 'problem', text: said.notExported(outcome.detail) });
        return;
      }
      save(outcome.text);
      messages.speak(said.exported);
    },
  };
}

type Refused = Extract<EditOutcome, { type: 'refused' }>;

/** Registers without a value of their type are left out, and get the empty one. */
function writable(fields: ItemFields): Partial<NewFields> {
  const entries = Object.entries(fields) as [FieldName, ItemFields[FieldName]][];
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Partial<NewFields>;
}

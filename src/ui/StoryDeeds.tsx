import { type JSX, Show } from 'solid-js';
import type { ItemFields, ItemId, NewFields } from '../../worker/api.ts';
import { claimOf, isClaimedByOther, NO_CLAIM } from '../claims.ts';
import { useBoard } from './boardModel.ts';
import { claimAge, keyName, momentText, storyTexts } from './texts/story.ts';

/** Whose an open story is and since when, and what is done to it at one press. */
export function StoryDeeds(props: {
  readonly id: ItemId;
  readonly fields: ItemFields;
}): JSX.Element {
  const model = useBoard();
  const signer = () => model.pipeline.store.status()?.signer ?? '';
  const isOwn = () => signer() !== '' && props.fields.claimed_by === signer();
  const since = () => {
    const claimedAtS = props.fields.claimed_at ?? 0;
    // The minute on show may have begun before the claim.
    const nowMs = Math.max(model.minute(), Math.min(claimedAtS * 1000, Date.now()));
    return claimAge(claimedAtS, nowMs);
  };
  const edit = (fields: Partial<NewFields>): void => {
    void model.actions.edit(props.id, fields).then((refused) => {
      if (refused !== null) model.messages.show({ tone: 'problem', text: refused });
    });
  };
  return (
    <div class="story-deeds">
      <p class="story-claim">
        <Show when={props.fields.claimed_by} fallback={storyTexts.unclaimed}>
          {(claimer) => (
            <>
              {storyTexts.claimedBy(isOwn() ? '' : keyName(claimer(), '', model.settings.nameOf))}
              <Show when={since()}>
                {(age) => (
                  <time title={momentText(props.fields.claimed_at ?? 0)}>{` ${age()}`}</time>
                )}
              </Show>
            </>
          )}
        </Show>
        <Show when={props.fields.agent}>
          {(agent) => <span>{`, ${storyTexts.withAgent(agent())}`}</span>}
        </Show>
      </p>
      <Show when={!model.readonly()}>
        <fieldset class="story-buttons" aria-label={storyTexts.deeds}>
          <Show when={!isOwn()}>
            <button
              type="button"
              class="button is-small"
              disabled={signer() === ''}
              on:click={() => edit(claimOf(signer(), Date.now()))}
            >
              {isClaimedByOther(props.fields, signer()) ? storyTexts.takeOver : storyTexts.claim}
            </button>
          </Show>
          <Show when={props.fields.claimed_by}>
            <button type="button" class="button is-small" on:click={() => edit(NO_CLAIM)}>
              {storyTexts.release}
            </button>
          </Show>
          <button
            type="button"
            class="button is-small"
            on:click={() => void model.actions.toggleBlocked(props.id)}
          >
            {props.fields.blocked === true ? storyTexts.unblock : storyTexts.block}
          </button>
        </fieldset>
      </Show>
    </div>
  );
}

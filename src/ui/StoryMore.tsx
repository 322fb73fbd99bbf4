import type { JSX } from 'solid-js';
import type { ItemId } from '../../worker/api.ts';
import { useBoard } from './boardModel.ts';
import { adoptStyles } from './boardStyles.ts';
import { SharingNote } from './SharingNote.tsx';
import { StoryHistory } from './StoryHistory.tsx';
import { StoryLinks } from './StoryLinks.tsx';
import css from './styles/story.css?inline';

/** What an open story shows below its fields. */
export function StoryMore(props: { readonly id: ItemId }): JSX.Element {
  adoptStyles(useBoard().root(), css);
  return (
    <div class="story-more">
      <SharingNote id={props.id} />
      <StoryLinks id={props.id} />
      <StoryHistory id={props.id} />
    </div>
  );
}

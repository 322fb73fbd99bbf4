/** What is opened on top of a board. Its code is loaded late: a board shows its cards without it. */
import { type JSX, Show } from 'solid-js';
import { type Overlay, useBoard } from './boardModel.ts';
import { late } from './late.tsx';

const KeysDialog = late(() => import('./KeysDialog.tsx').then((loaded) => loaded.KeysDialog));
const FilesMenu = late(() => import('./FilesMenu.tsx').then((loaded) => loaded.FilesMenu));
const ImportDialog = late(() => import('./ImportDialog.tsx').then((loaded) => loaded.ImportDialog));
const AccessDialog = late(() => import('./AccessDialog.tsx').then((loaded) => loaded.AccessDialog));
const Palette = late(() => import('./Palette.tsx').then((loaded) => loaded.Palette));
const AddStoryDialog = late(() =>
  import('./AddStoryDialog.tsx').then((loaded) => loaded.AddStoryDialog),
);
const MoveMenu = late(() => import('./MoveMenu.tsx').then((loaded) => loaded.MoveMenu));
const StoryDialog = late(
  () => import('./StoryDialog.tsx').then((loaded) => loaded.StoryDialog),
  (model) => model.closeStory(),
);
const SelectionBar = late(
  () => import('./SelectionBar.tsx').then((loaded) => loaded.SelectionBar),
  // The keys do the same without it.
  () => {},
);

/** Brings what is opened most, so that it is there at once when it is. */
export async function loadOverlays(): Promise<void> {
  await Promise.all(
    [StoryDialog, MoveMenu, AddStoryDialog, SelectionBar].map((part) => part.load()),
  );
}

export function BoardOverlays(): JSX.Element {
  const model = useBoard();
  const open = <Name extends Overlay['name']>(name: Name) => {
    const overlay = model.overlay();
    return isNamed(overlay, name) ? overlay : null;
  };
  return (
    <>
      <Show when={!model.readonly() && model.view() === 'board' && model.selection.size() > 0}>
        <SelectionBar />
      </Show>
      <Show when={open('files')} keyed>
        {(files) => <FilesMenu anchor={files.anchor} />}
      </Show>
      <Show when={open('import')}>
        <ImportDialog />
      </Show>
      <Show when={open('access')}>
        <AccessDialog />
      </Show>
      <Show when={open('add')} keyed>
        {(add) => <AddStoryDialog stage={add.stage} />}
      </Show>
      <Show when={open('keys')}>
        <KeysDialog />
      </Show>
      <Show when={open('palette')} keyed>
        {(palette) => <Palette context={palette.context} />}
      </Show>
      <Show when={model.story()?.id} keyed>
        {(id) => <StoryDialog id={id} />}
      </Show>
      <Show when={open('move')} keyed>
        {(move) => <MoveMenu id={move.id} ids={move.ids} anchor={move.anchor} />}
      </Show>
    </>
  );
}

function isNamed<Name extends Overlay['name']>(
  overlay: Overlay,
  name: Name,
): overlay is Extract<Overlay, { name: Name }> {
  return overlay.name === name;
}

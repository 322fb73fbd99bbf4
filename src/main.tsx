import { lazy, Show } from 'solid-js';
import { render } from 'solid-js/web';
import './app/installOffer.ts';
import { parsePageAddress } from './pageAddress.ts';
import { browserStorage } from './pageStorage.ts';
import { connectWorker, isStopped } from './replicaClient.ts';
import { createPipelineShare } from './sharedPipeline.ts';
import { Board } from './ui/Board.tsx';
import { BadAddress } from './ui/BoardStates.tsx';
import { adoptBoardStyles } from './ui/boardStyles.ts';
import { badAddressText } from './ui/texts/refusals.ts';

const AppNotice = lazy(() =>
  import('./ui/AppNotice.tsx').then((loaded) => ({ default: loaded.AppNotice })),
);

const place = document.getElementById('board');
if (place === null) throw new Error('index.html has no element #board.');
adoptBoardStyles(document);

const address = parsePageAddress(location.href);
if (address.type === 'bad') {
  const text = badAddressText(address);
  render(() => <BadAddress text={text} home={location.pathname} theme="auto" />, place);
} else {
  const { pipeline } = createPipelineShare({
    connect: connectWorker,
    storage: browserStorage,
  }).acquire(address.options);
  const isShown = () => pipeline.store.phase() === 'ready' || isStopped(pipeline.state());
  render(
    () => (
      <Board pipeline={pipeline} place="page" readonly={false} theme="auto">
        <Show when={isShown()}>
          <AppNotice />
        </Show>
      </Board>
    ),
    place,
  );
  // One-key commands work where the focus is, so it starts inside the board.
  place.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

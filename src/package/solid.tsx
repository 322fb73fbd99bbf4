/** `huskies-web/solid`: a pipeline and its board for an app that is written in Solid. */
import { createEffect, type JSX, onCleanup } from 'solid-js';
import type { OpenOptions } from '../../worker/api.ts';
import { browserStorage } from '../pageStorage.ts';
import { connectWorker } from '../replicaClient.ts';
import { createPipelineShare, type Pipeline } from '../sharedPipeline.ts';
import { Board } from '../ui/Board.tsx';
import { adoptBoardStyles } from '../ui/boardStyles.ts';

export type { ItemFields, ItemId, OpenOptions, Status } from '../../worker/api.ts';
export type { Pipeline } from '../sharedPipeline.ts';

const share = createPipelineShare({ connect: connectWorker, storage: browserStorage });

/**
 * A pipeline for the owner that asks: `store` tracks what is read of it, `client` takes commands.
 * Owners that ask for the same pipeline and address share one replica; the last to end closes it.
 */
export function usePipeline(options: OpenOptions): Pipeline {
  const { pipeline, release } = share.acquire(options);
  onCleanup(release);
  return pipeline;
}

export interface HuskiesBoardProps {
  readonly options: OpenOptions;
  readonly readonly?: boolean;
  readonly theme?: 'auto' | 'light' | 'dark';
  readonly filter?: string;
  readonly compact?: boolean;
}

/** The board. Its place needs a height; its styles are adopted by the document. */
export function HuskiesBoard(props: HuskiesBoardProps): JSX.Element {
  const pipeline = usePipeline(props.options);
  createEffect(() => adoptBoardStyles(document));
  return (
    <Board
      pipeline={pipeline}
      place="embedded"
      readonly={props.readonly ?? false}
      theme={props.theme ?? 'auto'}
      filter={props.filter ?? ''}
      compact={props.compact ?? false}
    />
  );
}

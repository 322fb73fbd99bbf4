/**
 * `huskies-web/element`: defines `<huskies-pipeline>` when it is imported. The worker is inside, so
 * nothing has to be served beside it; a policy of the page has to allow `worker-src blob:`.
 */
import type { HuskiesPipelineEventMap } from '../embed/events.ts';
import { defineHuskiesPipeline } from '../embed/huskiesPipeline.tsx';
import { browserStorage } from '../pageStorage.ts';
import { connectWorker } from '../replicaClient.ts';
import { createPipelineShare } from '../sharedPipeline.ts';

export type { HuskiesPipelineEventMap, HuskiesPipelineEvents } from '../embed/events.ts';

/** The element, for those who type their `querySelector`. Its attributes: docs/embedding.md. */
export interface HuskiesPipelineElement extends HTMLElement {
  addEventListener<Name extends keyof HuskiesPipelineEventMap>(
    type: Name,
    listener: (event: HuskiesPipelineEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'huskies-pipeline': HuskiesPipelineElement;
  }
}

export const TAG_NAME = 'huskies-pipeline';

defineHuskiesPipeline(TAG_NAME, {
  share: createPipelineShare({ connect: connectWorker, storage: browserStorage }),
  home: location.origin,
});

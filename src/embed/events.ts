/**
 * What `<huskies-pipeline>` tells the page around it. Each event bubbles and crosses shadow roots
 * (`composed`); its target is the element. None carries the replica's key or more than the board shows.
 */
export interface HuskiesPipelineEvents {
  /** The board shows its stories, for the first time since the element was connected. */
  readonly 'huskies-ready': { readonly pipeline: string; readonly stories: number };
  /** The stories changed; once for each step of the view, a frame apart at least. */
  readonly 'huskies-change': { readonly pipeline: string; readonly stories: number };
  readonly 'huskies-status': {
    readonly pipeline: string;
    /** `idle`, `connecting`, `open`, `waiting`, `refused` or `stopped`. */
    readonly socket: string;
    /** `catching-up` or `live`. */
    readonly sync: string;
    /** Own edits that, as far as is known, nobody else has. */
    readonly unacknowledged: number;
  };
  /** Somebody opens a story. Cancelled, the board does not: the page shows it in its own way. */
  readonly 'huskies-story-open': {
    readonly pipeline: string;
    readonly storyId: string;
    readonly name: string;
    readonly stage: string;
  };
  /** What stands in the element instead of the board, or over it; `text`: a sentence. */
  readonly 'huskies-error': {
    readonly reason: 'bad-attribute' | 'refused' | 'failed';
    readonly text: string;
  };
}

export type HuskiesPipelineEventMap = {
  readonly [Name in keyof HuskiesPipelineEvents]: CustomEvent<HuskiesPipelineEvents[Name]>;
};

/** False: the page cancelled it. */
export type Tell = <Name extends keyof HuskiesPipelineEvents>(
  name: Name,
  detail: HuskiesPipelineEvents[Name],
) => boolean;

export function createTell(element: EventTarget): Tell {
  return (name, detail) =>
    element.dispatchEvent(
      new CustomEvent(name, {
        detail,
        bubbles: true,
        composed: true,
        cancelable: name === 'huskies-story-open',
      }),
    );
}

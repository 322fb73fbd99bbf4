/**
 * `<huskies-pipeline relay="ws://host:3001/crdt-sync" pipeline="default" readonly>`: the board inside
 * another page, in an open shadow root with its own styles. docs/embedding.md says what each
 * attribute, event, part and property does; custom-elements.json says it to tools.
 *
 * Invariant 1: what an element holds (board, listeners, its share of the replica) it lets go of when
 * it leaves the document, and takes again when it comes back. A move inside a document is neither.
 * Invariant 2: nothing that a page writes into an attribute throws; what cannot be followed is said
 * in the element's place, until it can.
 */
import { createSignal, onMount } from 'solid-js';
import { render } from 'solid-js/web';
import type { PipelineShare } from '../sharedPipeline.ts';
import { Board } from '../ui/Board.tsx';
import { BadAddress } from '../ui/BoardStates.tsx';
import { adoptBoardStyles, adoptStyles } from '../ui/boardStyles.ts';
import embedCss from '../ui/styles/embed.css?inline';
import { badEmbedText } from '../ui/texts/embed.ts';
import { badAddressText } from '../ui/texts/refusals.ts';
import {
  type EmbedTheme,
  parseEmbedAddress,
  parseEmbedFilter,
  parseEmbedTheme,
} from './attributes.ts';
import { EmbedEvents } from './EmbedEvents.tsx';
import { createTell } from './events.ts';

export interface HuskiesPipelineDeps {
  /** Where its pipelines come from. */
  readonly share: PipelineShare;
  /** Origin whose relay is meant where `relay` names none. */
  readonly home: string;
}

interface Look {
  readonly theme: EmbedTheme;
  readonly readonly: boolean;
  readonly compact: boolean;
  /** As the board's own filter reads it. */
  readonly filter: string;
}

/** Attributes that the board follows while it is shown; the others open another one. */
const LOOKS: readonly string[] = ['theme', 'readonly', 'compact'];

/** Does nothing if the name is taken: of two copies of this module, the first counts. */
export function defineHuskiesPipeline(tagName: string, deps: HuskiesPipelineDeps): void {
  class HuskiesPipeline extends HTMLElement {
    static readonly observedAttributes = [
      ...['relay', 'pipeline', 'stages', 'filter'],
      ...['theme', 'readonly', 'compact'],
    ];

    readonly #root = this.attachShadow({ mode: 'open' });
    readonly #look = createSignal<Look>(this.#readLook(''));
    readonly #tell = createTell(this);
    #leave: (() => void) | null = null;

    connectedCallback(): void {
      adoptBoardStyles(this.#root);
      adoptStyles(this.#root, embedCss);
      this.#leave ??= this.#show();
    }

    disconnectedCallback(): void {
      // An element that is moved is disconnected and connected in one go.
      queueMicrotask(() => {
        if (!this.isConnected) this.#close();
      });
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (before === now) return;
      this.#look[1]((look) => this.#readLook(look.filter));
      if (this.#leave === null || LOOKS.includes(name)) return;
      const filter = parseEmbedFilter(this.#written());
      const isFollowed = name === 'stages' || name === 'filter';
      if (isFollowed && filter.type === 'ok' && this.#isBoard) {
        this.#look[1]((look) => ({ ...look, filter: filter.text }));
        return;
      }
      this.#close();
      this.#leave = this.#show();
    }

    /** Whether a board is shown, and not a sentence in its place. */
    #isBoard = false;

    #readLook(filter: string): Look {
      return {
        theme: parseEmbedTheme(this.getAttribute('theme')),
        readonly: this.hasAttribute('readonly'),
        compact: this.hasAttribute('compact'),
        filter,
      };
    }

    #written() {
      return {
        relay: this.getAttribute('relay'),
        pipeline: this.getAttribute('pipeline'),
        stages: this.getAttribute('stages'),
        filter: this.getAttribute('filter'),
        origin: deps.home,
      };
    }

    #close(): void {
      this.#leave?.();
      this.#leave = null;
      this.#isBoard = false;
    }

    /** Returns what undoes it. */
    #show(): () => void {
      const address = parseEmbedAddress(this.#written());
      if (address.type === 'bad') return this.#say(badAddressText(address));
      const filter = parseEmbedFilter(this.#written());
      if (filter.type === 'bad') return this.#say(badEmbedText(filter));
      this.#look[1]((look) => ({ ...look, filter: filter.text }));
      this.#isBoard = true;

      const look = this.#look[0];
      const { pipeline, release } = deps.share.acquire(address.options);
      const dispose = render(
        () => (
          <Board
            pipeline={pipeline}
            place="embedded"
            readonly={look().readonly}
            theme={look().theme}
            filter={look().filter}
            compact={look().compact}
          >
            <EmbedEvents tell={this.#tell} />
          </Board>
        ),
        this.#root,
      );
      return () => {
        dispose();
        release();
      };
    }

    #say(text: string): () => void {
      const Sentence = () => {
        onMount(() => this.#tell('huskies-error', { reason: 'bad-attribute', text }));
        return <BadAddress text={text} home={null} theme={this.#look[0]().theme} />;
      };
      return render(() => <Sentence />, this.#root);
    }
  }

  if (customElements.get(tagName) === undefined) customElements.define(tagName, HuskiesPipeline);
}

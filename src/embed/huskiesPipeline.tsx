/**
 * `<huskies-pipeline relay="ws://host:3001/crdt-sync" pipeline="default" theme="auto" readonly>`:
 * the board inside another page, in an open shadow root with its own styles.
 *
 * `relay`: address of the peer; absent: the page's own origin. `pipeline`: absent: `default`.
 * `theme`: `light`, `dark`, else as the system has it. `readonly`: nothing can be changed.
 *
 * Invariant: what an element holds (board, listeners, its share of the replica) it lets go of when
 * it leaves the document, and takes again when it comes back. A move inside a document is neither.
 */
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import { parsePipelineAddress } from '../pageAddress.ts';
import type { PipelineShare } from '../sharedPipeline.ts';
import { Board } from '../ui/Board.tsx';
import { BadAddress } from '../ui/BoardStates.tsx';
import { adoptBoardStyles } from '../ui/boardStyles.ts';
import { badAddressText } from '../ui/texts.ts';

type Theme = 'auto' | 'light' | 'dark';

/** `share`: where its pipelines come from. */
export function defineHuskiesPipeline(tagName: string, share: PipelineShare): void {
  class HuskiesPipeline extends HTMLElement {
    static readonly observedAttributes = ['relay', 'pipeline', 'theme', 'readonly'];

    readonly #root = this.attachShadow({ mode: 'open' });
    readonly #theme = createSignal<Theme>('auto');
    readonly #readonly = createSignal(false);
    #leave: (() => void) | null = null;

    connectedCallback(): void {
      adoptBoardStyles(this.#root);
      this.#leave ??= this.#show();
    }

    disconnectedCallback(): void {
      // An element that is moved is disconnected and connected in one go.
      queueMicrotask(() => {
        if (!this.isConnected) this.#close();
      });
    }

    attributeChangedCallback(name: string): void {
      this.#theme[1](parseTheme(this.getAttribute('theme')));
      this.#readonly[1](this.hasAttribute('readonly'));
      if ((name !== 'relay' && name !== 'pipeline') || this.#leave === null) return;
      this.#close();
      this.#leave = this.#show();
    }

    #close(): void {
      this.#leave?.();
      this.#leave = null;
    }

    /** Returns what undoes it. */
    #show(): () => void {
      const theme = this.#theme[0];
      const address = parsePipelineAddress({
        pipeline: this.getAttribute('pipeline'),
        relay: this.getAttribute('relay'),
        origin: this.ownerDocument.defaultView?.location.origin ?? '',
      });
      if (address.type === 'bad') {
        const text = badAddressText(address);
        return render(() => <BadAddress text={text} home={null} theme={theme()} />, this.#root);
      }
      const { pipeline, release } = share.acquire(address.options);
      const dispose = render(
        () => (
          <Board
            pipeline={pipeline}
            place="embedded"
            readonly={this.#readonly[0]()}
            theme={theme()}
          />
        ),
        this.#root,
      );
      return () => {
        dispose();
        release();
      };
    }
  }

  if (customElements.get(tagName) === undefined) customElements.define(tagName, HuskiesPipeline);
}

function parseTheme(theme: string | null): Theme {
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

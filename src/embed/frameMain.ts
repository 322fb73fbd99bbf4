/** `embed.html`: the element alone, for frames. */
import './main.ts';
import { contentHeight, createHeightTeller } from './frameHeight.ts';
import { parseFrameQuery } from './frameQuery.ts';

const { attributes, heightsFor } = parseFrameQuery(location.href);
const element = document.createElement('huskies-pipeline');
for (const [name, value] of attributes) element.setAttribute(name, value);

if (heightsFor !== null && window.parent !== window) {
  const heights = createHeightTeller({
    pipeline: attributes.get('pipeline') ?? 'default',
    measure: () => {
      const board = element.shadowRoot?.querySelector('[part="board"]') ?? null;
      return board === null ? null : contentHeight(board);
    },
    send: (message) => window.parent.postMessage(message, heightsFor),
    onFrame: (run) => requestAnimationFrame(run),
  });
  for (const name of ['huskies-ready', 'huskies-change', 'huskies-status']) {
    element.addEventListener(name, heights.look);
  }
  // Cards wrap anew when the frame gets narrower.
  new ResizeObserver(heights.look).observe(element);
}
document.body.append(element);

import { type JSX, Show } from 'solid-js';
import { KNOWN_STAGES } from '../story.ts';

const RADIUS = 5;

/** How far along a stage is: a disc that fills from Backlog to Done; a square once it is archived. */
export function StageMark(props: { readonly stage: string }): JSX.Element {
  const index = () => (KNOWN_STAGES as readonly string[]).indexOf(props.stage);
  return (
    <svg class="stage-mark" viewBox="0 0 16 16" aria-hidden="true">
      <Show
        when={index() < 5}
        fallback={<rect class="stage-mark-fill" x="3" y="3" width="10" height="10" rx="1.5" />}
      >
        <circle
          class="stage-mark-ring"
          cx="8"
          cy="8"
          r="6.5"
          classList={{ 'is-unknown': index() < 0 }}
        />
        <Show when={index() > 0}>
          <path class="stage-mark-fill" d={pie(index() / 4)} />
        </Show>
      </Show>
    </svg>
  );
}

/** A slice of the disc from twelve o'clock on; `share` in (0, 1]. */
function pie(share: number): string {
  if (share >= 1) return `M8 ${8 - RADIUS}a${RADIUS} ${RADIUS} 0 1 1-.01 0z`;
  const angle = share * 2 * Math.PI;
  const x = (8 + RADIUS * Math.sin(angle)).toFixed(2);
  const y = (8 - RADIUS * Math.cos(angle)).toFixed(2);
  return `M8 8V${8 - RADIUS}A${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}z`;
}

/** Saving a bug bundle of the board that is open. */
import type { BundlePage } from '../../worker/api.ts';
import type { Settings } from '../settings.ts';
import type { BoardModel } from './boardModel.ts';
import { download } from './download.ts';
import { bundle as texts } from './texts/bugBundle.ts';

const NAME_MAX_LENGTH = 100;

/** `place`: where the link to the file may stand for a moment. */
export async function saveBundle(model: BoardModel, place: HTMLElement): Promise<void> {
  const { client, store, options } = model.pipeline;
  const status = store.status();
  const complain = (detail: string): void =>
    model.messages.show({ tone: 'problem', text: texts.notSaved(detail) });
  if (status === null) {
    complain('the replica is not running.');
    return;
  }
  const savedAtMs = Date.now();
  const settings = toldSettings(model.settings.settings());
  const page = { savedAtMs, browser: navigator.userAgent, settings, status };
  const answer = await client.query({ type: 'bug-bundle', page });
  if (answer.type !== 'bug-bundle') {
    complain(answer.detail);
    return;
  }
  const minute = new Date(savedAtMs).toISOString().slice(0, 16).replace(':', '');
  download(place, `huskies-${options.pipeline}-bug-${minute}.json`, answer.text);
  model.messages.speak(texts.saved);
}

/** Own names for keys are of people, and of nobody else's business. */
function toldSettings({
  theme,
  density,
  staleClaimMinutes,
  wipLimits,
  collapsedStages,
}: Settings): BundlePage['settings'] {
  const limits = Array.from(wipLimits, ([stage, limit]) => [`limit of ${stage}`, limit] as const);
  const collapsed = Array.from(collapsedStages, (stage) => [`${stage} collapsed`, true] as const);
  const byStage = [...limits, ...collapsed].map(
    ([name, value]) => [name.slice(0, NAME_MAX_LENGTH), value] as const,
  );
  return { theme, density, staleClaimMinutes, ...Object.fromEntries(byStage) };
}

/** The second worker: checks signatures for the first, and knows nothing else. */

import { createPlatformCheck } from './platformCheck.ts';
import { answerCheck, type CheckRequest } from './remoteCheck.ts';

const check = createPlatformCheck();

addEventListener('message', async ({ data }: MessageEvent<CheckRequest>) => {
  const answer = await answerCheck(check, data);
  postMessage(answer, { transfer: [answer.accepted.buffer] });
});

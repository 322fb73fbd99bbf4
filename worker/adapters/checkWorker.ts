/** The second worker: checks signatures for the first, and knows nothing else. */

import { answerCheck, type CheckRequest } from './remoteCheck.ts';
import { createWebCryptoCheck } from './webCryptoCheck.ts';

const check = createWebCryptoCheck();

addEventListener('message', async ({ data }: MessageEvent<CheckRequest>) => {
  const answer = await answerCheck(check, data);
  postMessage(answer, { transfer: [answer.accepted.buffer] });
});

/** The second worker: checks signatures for the first, and knows nothing else. */

import { createNativeCheck } from './nativeCheck.ts';
import { answerCheck, type CheckRequest } from './remoteCheck.ts';

const check = createNativeCheck();

addEventListener('message', async ({ data }: MessageEvent<CheckRequest>) => {
  const answer = await answerCheck(check, data);
  postMessage(answer, { transfer: [answer.accepted.buffer] });
});

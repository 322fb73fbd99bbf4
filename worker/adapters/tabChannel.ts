/** The tabs of one browser, by BroadcastChannel. */

import type { TabChannel } from '../ports.ts';

export function createTabChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen(onMessage) {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
    },
    close: () => channel.close(),
  };
}

/** The browser's offer to install the page as an app, kept until the user asks for it. */
import { type Accessor, createSignal } from 'solid-js';

/** Of Chromium; other browsers have a command of their own for it, or none. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

export interface InstallOffer {
  readonly isOffered: Accessor<boolean>;
  /** Shows the browser's own question. */
  install(): void;
}

/** The offer comes once and soon, so this listens from the start. */
export function watchInstallOffer(target: EventTarget): InstallOffer {
  const [offer, setOffer] = createSignal<InstallEvent | null>(null);
  target.addEventListener('beforeinstallprompt', (event) => {
    if (!isInstallEvent(event)) return;
    event.preventDefault();
    setOffer(event);
  });
  target.addEventListener('appinstalled', () => setOffer(null));
  return {
    isOffered: () => offer() !== null,
    install: () => {
      // An offer can be taken once.
      const asked = offer();
      setOffer(null);
      asked?.prompt().catch(() => {});
    },
  };
}

function isInstallEvent(event: Event): event is InstallEvent {
  return 'prompt' in event && typeof event.prompt === 'function';
}

export const installOffer = watchInstallOffer(window);

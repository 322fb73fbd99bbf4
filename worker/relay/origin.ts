/**
 * Whether a WebSocket that asks to sync may do so for the page that it belongs to. Browsers let any
 * page open a WebSocket to any address, this machine's own included, and say in `Origin` whose page
 * it is (RFC 6455, section 10.2). What is no browser sends none, and could send any.
 */

export interface PageClaim {
  /** Header `Origin`; undefined: no page. */
  readonly origin: string | undefined;
  /** Header `Host`: how the page or peer calls this relay. */
  readonly host: string | undefined;
}

/** `allowed`: origins such as `https://dashboard.example`, beside the relay's own pages. */
export function maySync({ origin, host }: PageClaim, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return (
    host !== undefined && URL.canParse(origin) && new URL(origin).host === hostOf(origin, host)
  );
}

/** As `URL` writes it: lower case, and without the port that the scheme has anyway. */
function hostOf(origin: string, host: string): string | undefined {
  const address = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(address) ? new URL(address).host : undefined;
}

/** An origin as browsers write it: scheme, host and port, nothing behind. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

import { isIPv6 } from 'node:net';

/** What the relay says on standard output when it listens. */

const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/** `ownAddresses`: of this machine's network interfaces, for a relay that listens on all. */
export function announce(host: string, port: number, ownAddresses: readonly string[]): string {
  const hosts = WILDCARDS.includes(host) ? ['127.0.0.1', ...ownAddresses] : [host];
  const places = hosts.map((name) => `${isIPv6(name) ? `[${name}]` : name}:${port}`);
  const pages = places.map((place) => `huskies-web is at http://${place}/\n`);
  const forNodes = places.at(-1);
  return `${pages.join('')}A Rust node joins with this line in its project.toml:\nrendezvous = "ws://${forNodes}/crdt-sync"\n`;
}

/**
 * The two globals that every realm has and that ES2023's library does not name.
 * The core compiles without DOM and Node, so it sees these and nothing else.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: true; ignoreBOM: true });
  decode(bytes: Uint8Array): string;
}

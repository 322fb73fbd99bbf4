/** One thing that a peer could send, or a text that could stand inside it. */
export type FuzzInput =
  | { readonly type: 'json'; readonly text: string }
  | { readonly type: 'op'; readonly text: string }
  | { readonly type: 'text-frame'; readonly text: string }
  | { readonly type: 'binary-frame'; readonly bytes: Uint8Array };

/** As it is pinned: bytes as hex. */
export function printInput(input: FuzzInput): string {
  return input.type === 'binary-frame'
    ? JSON.stringify({ type: input.type, hex: Buffer.from(input.bytes).toString('hex') })
    : JSON.stringify(input);
}

export type PinnedInput =
  | Exclude<FuzzInput, { readonly type: 'binary-frame' }>
  | { readonly type: 'binary-frame'; readonly hex: string };

export function unpin(pinned: PinnedInput): FuzzInput {
  return pinned.type === 'binary-frame'
    ? { type: pinned.type, bytes: Uint8Array.from(Buffer.from(pinned.hex, 'hex')) }
    : pinned;
}

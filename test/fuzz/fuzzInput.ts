/** One thing that a peer could send, or a text that could stand inside it. */
export type FuzzInput =
  | { readonly type: 'json'; readonly text: string }
  | { readonly type: 'op'; readonly text: string }
  | { readonly type: 'text-frame'; readonly text: string }
  | { readonly type: 'packed-op'; readonly bytes: Uint8Array }
  | { readonly type: 'binary-frame'; readonly bytes: Uint8Array };

/** As it is pinned: bytes as hex. */
export function printInput(input: FuzzInput): string {
  return 'bytes' in input
    ? JSON.stringify({ type: input.type, hex: Buffer.from(input.bytes).toString('hex') })
    : JSON.stringify(input);
}

export type PinnedInput =
  | Extract<FuzzInput, { readonly text: string }>
  | { readonly type: 'packed-op' | 'binary-frame'; readonly hex: string };

export function unpin(pinned: PinnedInput): FuzzInput {
  return 'hex' in pinned
    ? { type: pinned.type, bytes: Uint8Array.from(Buffer.from(pinned.hex, 'hex')) }
    : pinned;
}

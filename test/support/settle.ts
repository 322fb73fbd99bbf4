/** Resolves when every promise that can settle without a timer or the network has done so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

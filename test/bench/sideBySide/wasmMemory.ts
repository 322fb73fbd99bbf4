/**
 * WebAssembly memories of this process, which count as nothing that `process.memoryUsage()` has but
 * the resident set. To be called before a module that has one is imported.
 */

/** Returns how many bytes those made since take. */
export function watchWasmMemory(): () => number {
  const memories = new Set<WebAssembly.Memory>();
  const note = (instance: WebAssembly.Instance): void => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
  };
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = Reflect.construct(target, args) as WebAssembly.Instance;
      note(instance);
      return instance;
    },
  });
  WebAssembly.instantiate = new Proxy(WebAssembly.instantiate, {
    async apply(target, self, args) {
      const made: unknown = await Reflect.apply(target, self, args);
      const instance = made instanceof WebAssembly.Instance ? made : instanceIn(made);
      if (instance !== undefined) note(instance);
      return made;
    },
  });
  return () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

function instanceIn(made: unknown): WebAssembly.Instance | undefined {
  if (typeof made !== 'object' || made === null || !('instance' in made)) return undefined;
  return made.instance instanceof WebAssembly.Instance ? made.instance : undefined;
}

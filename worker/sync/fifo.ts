export interface Fifo<T> {
  size(): number;
  push(value: T): void;
  peek(): T | undefined;
  shift(): T | undefined;
  clear(): void;
}

/** A queue whose `shift` is O(1) amortised; an array's is O(n) once the array is large. */
export function createFifo<T>(): Fifo<T> {
  let values: (T | undefined)[] = [];
  let head = 0;
  return {
    size: () => values.length - head,
    push: (value) => {
      values.push(value);
    },
    peek: () => values[head],
    shift() {
      const value = values[head];
      if (head < values.length) {
        values[head] = undefined;
        head += 1;
      }
      if (head > 1024 && head * 2 > values.length) {
        values = values.slice(head);
        head = 0;
      }
      return value;
    },
    clear() {
      values = [];
      head = 0;
    },
  };
}

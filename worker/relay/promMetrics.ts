import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { COUNTERS, type CounterName, GAUGES, HISTOGRAMS, type Metrics } from './metrics.ts';

/** The metrics by prom-client, with what it tells of the process: memory, CPU, event-loop lag. */

export interface PromMetrics extends Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
}

const PREFIX = 'huskies_relay_';

export function createPromMetrics(): PromMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Counted here, and told to the library when it is asked: a frame to each of a thousand peers is a
  // count, and the library's takes longer than the frame's way through the session.
  const counts = mapValues(COUNTERS, ({ values }) => {
    // A series that is there from the start shows its first increase too.
    return new Map<string, number>(values.map((value) => [value, 0]));
  });
  for (const [name, { help, label }] of Object.entries(COUNTERS)) {
    new Counter({
      name: `${PREFIX}${name}_total`,
      ...{ help, labelNames: [label], registers },
      collect() {
        this.reset();
        for (const [value, count] of counts[name as CounterName])
          this.inc({ [label]: value }, count);
      },
    });
  }
  const gauges = mapValues(GAUGES, ({ help, label, values }, name) => {
    const made = new Gauge({ name: PREFIX + name, help, labelNames: [label], registers });
    for (const value of values) made.set({ [label]: value }, 0);
    return made;
  });
  const histograms = mapValues(HISTOGRAMS, ({ help, buckets }, name) => {
    return new Histogram({ name: PREFIX + name, help, buckets: [...buckets], registers });
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count(name, label, by = 1) {
      counts[name].set(label, (counts[name].get(label) ?? 0) + by);
    },
    move: (name, label, by) => gauges[name].inc({ [GAUGES[name].label]: label }, by),
    observe: (name, value) => histograms[name].observe(value),
  };
}

function mapValues<Name extends string, From, To>(
  table: { readonly [Key in Name]: From },
  map: (entry: From, name: Name) => To,
): { readonly [Key in Name]: To } {
  const entries = Object.entries(table) as [Name, From][];
  const pairs = entries.map(([name, entry]) => [name, map(entry, name)]);
  return Object.fromEntries(pairs) as { readonly [Key in Name]: To };
}

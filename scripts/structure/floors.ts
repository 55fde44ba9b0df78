/** A room of the house: a folder, or a file, at the top of `src`. */
export interface Room {
  readonly name: string
  /** What it holds, in a few words. */
  readonly holds: string
}

const room = (name: string, holds: string): Room => ({ name, holds })

/**
 * The floors of `src`, the ground first. A file imports from its own room and from floors below, types included; no
 * circles. A test holds the code to this, and the diagram in ARCHITECTURE.md is drawn from it.
 */
export const floors: readonly (readonly Room[])[] = [
  [room('base', 'names, version, guard, warnings, checks of options: what everybody may use')],
  [
    room('context', 'OpenTelemetry context on AsyncLocalStorage; W3C headers'),
    room('runtimes', 'Workers, Deno, Bun, Node: environment, resource, the end of a process'),
  ],
  [
    room('traces', 'spans, sampling, limits, tail decision'),
    room('metrics', 'instruments, series, views, exemplars'),
    room('logs', 'loggers, levels, redaction, lines'),
  ],
  [
    room(
      'export',
      'from records to a receiver: queue, lease, retry; OTLP, SDK exporters, aggregator, spill',
    ),
  ],
  [room('telemetry', 'puts signals and exporters of one options object together; self-metrics')],
  [
    room(
      'invocation',
      'one life cycle for whatever the runtime calls: keep-alive, late work, exit',
    ),
  ],
  [
    room('http', 'one request: route, query, the end of its body, its WebSocket, outgoing fetch'),
    room('handlers', 'queue, scheduled, email, tail; events of AWS Lambda'),
    room('aggregator', 'the Durable Object that adds up the metrics of all isolates'),
    room('testing', 'what an app records, in memory, for its own tests'),
  ],
  [
    room('bindings', 'KV, D1, R2, queues, services and the other bindings'),
    room('interop', 'other tracers: otel-cf-workers, the OpenTelemetry SDK'),
    room('process', 'metrics and profiles of a process'),
  ],
  [
    room('usage', 'what calls of bindings use: counts, budgets, prices'),
    room('classes', 'Durable Objects, entrypoints, Workflows'),
    room('db', 'clients and pools of databases beside the bindings'),
    room('health', 'health and readiness routes, checks'),
    room('prometheus', '/metrics'),
    room('app', '`observability` and `instrument`, the doors of an app'),
  ],
  [
    room('entries', 'one file for each subpath of the package'),
    room('index.ts', 'the package itself'),
  ],
]

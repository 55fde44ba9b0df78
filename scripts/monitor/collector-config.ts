/**
 * What the Collector's pipelines send to on this machine: stores that a variable names, and the console.
 * It is laid over the shipped configuration, which would go on trying to reach those that are not here.
 */
export function nativeCollectorConfig(env: Readonly<Record<string, string>>): string {
  const stores = (names: readonly string[]): string[] =>
    names.filter((name) => env[`${name.toUpperCase()}_OTLP_URL`]).map((name) => `otlp_http/${name}`)
  return JSON.stringify({
    service: {
      pipelines: {
        traces: {
          exporters: [...stores(['jaeger', 'tempo']), 'span_metrics', 'service_graph', 'debug'],
        },
        logs: { exporters: [...stores(['loki']), 'debug'] },
      },
    },
  })
}

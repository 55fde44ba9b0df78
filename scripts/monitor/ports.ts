/** Ports on 127.0.0.1. */
export interface Ports {
  readonly otlpGrpc: number
  readonly otlpHttp: number
  readonly collectorHealth: number
  readonly collectorSelf: number
  readonly prometheus: number
  readonly alertmanager: number
  /** Yours: what Alertmanager tells goes there. */
  readonly webhook: number
  readonly jaeger: number
  readonly jaegerGrpc: number
  readonly jaegerOtlp: number
  readonly loki: number
  readonly lokiGrpc: number
  readonly node: number
  readonly postgresExporter: number
  readonly mysqldExporter: number
  readonly redisExporter: number
}

/** The ones that people know. */
export const PORTS: Ports = {
  otlpGrpc: 4317,
  otlpHttp: 4318,
  collectorHealth: 13133,
  collectorSelf: 14320,
  prometheus: 9090,
  alertmanager: 9093,
  webhook: 9095,
  jaeger: 16686,
  jaegerGrpc: 16685,
  jaegerOtlp: 14318,
  loki: 3100,
  lokiGrpc: 9096,
  node: 9100,
  postgresExporter: 9187,
  mysqldExporter: 9104,
  redisExporter: 9121,
}

/**
 * The ports with those that were chosen, each as `name=number`.
 *
 * @throws TypeError for a name or number that cannot be.
 */
export const portsWith = (chosen: readonly string[]): Ports => {
  const ports = { ...PORTS }
  for (const text of chosen) {
    const [name = '', number = ''] = text.split('=')
    if (!(name in PORTS) || !/^\d+$/.test(number) || +number < 1 || +number > 65_535) {
      const names = Object.keys(PORTS).join(', ')
      throw new TypeError(
        `Cannot start: \`--port\` must be <name>=<1 to 65535>, with a name of ${names}, received ${text}`,
      )
    }
    Object.assign(ports, { [name]: Number(number) })
  }
  return ports
}

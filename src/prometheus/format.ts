/** How metrics are written. */
export interface PrometheusFormat {
  /** OpenMetrics 1.0, rather than the Prometheus text format 0.0.4 or 1.0.0. */
  openMetrics: boolean
  /** Names are left as they are, in quotes where they need them. */
  keepsUtf8: boolean
  /** OpenMetrics only: series say since when they count, which Prometheus stores as series of their own. Default false. */
  created?: boolean
  /** Series carry `otel_scope_name` and `otel_scope_version`. */
  scopes: boolean
}

import type { OtlpConfig } from './options.ts'

/** Host and port of a receiver: what may be shown of it, whatever its path and headers hold. */
export const hostOf = ({ traces, metrics, logs, exporters }: OtlpConfig): string => {
  if (exporters) {
    return Object.values(exporters)[0]?.receiver ?? ''
  }
  const { url } = traces || metrics || logs || {}
  return url ? new URL(url).host : ''
}

import { isEnvironmentHidden } from '../../runtimes/environment.ts'
import type { SignalDestination } from './signal-destination.ts'

/** A part of a path that may be a key. */
const LONG = /[^/]{20,}/g

/** What to do about a request that was not taken, where that is known: a sentence, or nothing. */
export const adviceOn = (reason: string, { url, isDefault }: SignalDestination): string => {
  if (reason === 'http_404') {
    const path = new URL(url).pathname.replace(LONG, '…')
    const [, doubled] = /\/(v1\/\w+)\/v1\//.exec(path) ?? []
    return ` Posted to ${path}${doubled ? `: \`otlp.endpoint\` must not end with ${doubled}` : ''}.`
  }
  return reason === 'network' && isDefault
    ? ` No endpoint is set: set \`otlp.endpoint\` or OTEL_EXPORTER_OTLP_ENDPOINT, or run \`npx hono-observability\`.${isEnvironmentHidden() ? ' Deno needs --allow-env to read it.' : ''}`
    : ''
}

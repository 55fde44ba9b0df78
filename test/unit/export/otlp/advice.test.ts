import { afterEach, describe, expect, it, vi } from 'vitest'
import { openEnvironment } from '../../../../src/base/environment.ts'
import { adviceOn } from '../../../../src/export/otlp/advice.ts'
import { resolveOtlp } from '../../../../src/export/otlp/destination.ts'
import type { OtlpOptions } from '../../../../src/export/otlp/options.ts'
import type { SignalDestination } from '../../../../src/export/otlp/signal-destination.ts'

const destination = (
  options: OtlpOptions = {},
  variables: Record<string, string> = {},
): SignalDestination => {
  const environment = openEnvironment(
    (name) => variables[name],
    () => {},
  )
  const resolved = resolveOtlp(options, environment)
  return (resolved && resolved.traces) as SignalDestination
}

afterEach(() => {
  vi.unstubAllGlobals()
})

const UNSET =
  ' No endpoint is set: set `otlp.endpoint` or OTEL_EXPORTER_OTLP_ENDPOINT, or run `npx hono-observability`.'

describe('advice on what was not delivered', () => {
  it('says that no endpoint was set, what to set, and how to run the viewer', () => {
    expect(adviceOn('network', destination())).toBe(UNSET)
  })

  it('says nothing of the endpoint where one was set, and nobody answers', () => {
    const endpoint = 'http://localhost:4318'
    for (const each of [
      destination({ endpoint }),
      destination({ traces: { url: endpoint } }),
      destination({}, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
      destination({}, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }),
    ]) {
      expect(adviceOn('network', each)).toBe('')
    }
    expect(adviceOn('http_401', destination())).toBe('')
  })

  it('names the flag that Deno needs to read the endpoint', () => {
    const querySync = vi.fn(() => ({ state: 'prompt' }))
    vi.stubGlobal('Deno', { permissions: { querySync } })
    expect(adviceOn('network', destination())).toBe(`${UNSET} Deno needs --allow-env to read it.`)
    querySync.mockReturnValue({ state: 'granted' })
    expect(adviceOn('network', destination())).toBe(UNSET)
  })

  it('shows the path that was posted to, and what doubled it', () => {
    expect(adviceOn('http_404', destination({ endpoint: 'https://otlp.test/base/' }))).toBe(
      ' Posted to /base/v1/traces.',
    )
    expect(adviceOn('http_404', destination({ endpoint: 'https://otlp.test/v1/traces' }))).toBe(
      ' Posted to /v1/traces/v1/traces: `otlp.endpoint` must not end with v1/traces.',
    )
  })

  it('does not show what may be a key in the path, nor the query', () => {
    const endpoint = 'https://otlp.test/0af7651916cd43dd8448eb211c80319c/in?key=secret'
    expect(adviceOn('http_404', destination({ endpoint }))).toBe(' Posted to /…/in/v1/traces.')
  })
})

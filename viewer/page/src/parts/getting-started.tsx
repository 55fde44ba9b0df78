import type { VNode } from 'preact'
import { CopyLine } from './copy-line.tsx'
import { Empty } from './empty.tsx'

interface GettingStartedProps {
  /** What is awaited: `traces`. */
  what: string
}

/** The two lines that bring the first telemetry. */
export function GettingStarted({ what }: GettingStartedProps): VNode {
  return (
    <Empty title={`No ${what} yet`}>
      <p>Register the middleware first in your Hono app:</p>
      <CopyLine text="app.use(observability({ service: { name: 'my-app' } }))" />
      <p>
        and tell it where to send, in <code>.dev.vars</code>, <code>wrangler.toml</code> or the
        environment:
      </p>
      <CopyLine text={`OTEL_EXPORTER_OTLP_ENDPOINT=${window.location.origin}`} />
      <p class="muted">
        Then call a route: it shows up here by itself. Any other OTLP/HTTP sender will do as well,
        with the same variable.
      </p>
    </Empty>
  )
}

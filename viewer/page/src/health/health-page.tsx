import type { VNode } from 'preact'
import type { HealthView, Status } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { CopyLine } from '../parts/copy-line.tsx'
import { Empty } from '../parts/empty.tsx'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { checksIn } from './checks.ts'

const COLUMNS: readonly Column[] = ['Check', ['State', 'text'], 'Observed', ['Says', 'text']]

const EVERY_MS = 5000

/** The checks of the app that is watched. */
export function HealthPage({ query }: ViewProps): VNode {
  const status = useJson<Status>('/api/status')
  const health = useJson<HealthView>(status.data?.health ? '/api/health' : undefined, {
    everyMs: isFollowing(query) ? EVERY_MS : undefined,
  })
  return (
    <>
      <div class="title-row">
        <h1>Health</h1>
        <div class="controls">
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={status.error ?? health.error} reload={status.reload} />
      {status.data && !status.data.health && (
        <Empty title="No health route is watched">
          <p>Give your app one, with checks of its own:</p>
          <CopyLine text="app.route('/', healthRoutes({ checks: { db: d1('DB') } }))" />
          <p>and tell the viewer where it is:</p>
          <CopyLine text="npx hono-observability --health http://localhost:8787/health" />
        </Empty>
      )}
      {health.data && <Answer {...health.data} />}
    </>
  )
}

function Answer({ url, status, durationMs, body, error }: HealthView): VNode {
  const overall = stateIn(body) ?? (status !== null && status < 400 ? 'pass' : 'fail')
  const checks = checksIn(body)
  return (
    <>
      <p class="lead">
        <State state={overall} /> <code>{url}</code>{' '}
        <span class="muted">
          {status === null ? 'no answer' : `${status} in ${formatDuration(durationMs)}`}
        </span>
      </p>
      {error && <p class="note problem">{error}</p>}
      {checks.length > 0 && (
        <FiguresTable class="checks" columns={COLUMNS}>
          {checks.map(({ name, state, observed, output }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="text">
                <State state={state} />
              </td>
              <td>{observed}</td>
              <td class="text">{output}</td>
            </tr>
          ))}
        </FiguresTable>
      )}
      {body !== null && (
        <details>
          <summary>The whole answer</summary>
          <pre>{JSON.stringify(body, null, 2)}</pre>
        </details>
      )}
    </>
  )
}

function State({ state }: { state: string }): VNode {
  const kind = state === 'pass' ? 'good' : state === 'warn' ? 'odd' : 'bad'
  return <span class={`mark ${kind}`}>{state}</span>
}

function stateIn(body: unknown): string | undefined {
  const state = (body as { status?: unknown } | null)?.status
  return typeof state === 'string' ? state : undefined
}

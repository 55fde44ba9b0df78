import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Comparison, TraceItem } from '../api-types.ts'
import { useKeys } from '../app/keys.ts'
import type { ViewProps } from '../app/views.ts'
import { urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { Empty } from '../parts/empty.tsx'
import { Problem } from '../parts/problem.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { Time } from '../parts/time.tsx'
import { VirtualRows } from '../parts/virtual-rows.tsx'
import { Differences } from './differences.tsx'
import { PairRow } from './pair-row.tsx'

/** Two traces side by side. */
export function CompareView({ query }: ViewProps): VNode {
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? '']
  const { data, error } = useJson<Comparison>(a && b ? urlOf('/api/compare', { a, b }) : undefined)
  if (!a || !b || error?.status === 404) {
    return (
      <Empty title="Two traces are needed">
        <p>
          Open a <a href="/traces">trace</a>, choose “Compare”, then the other one.
        </p>
      </Empty>
    )
  }
  return (
    <>
      <div class="title-row">
        <h1>Compare traces</h1>
        <div class="controls">
          <a class="button" href={urlOf('/compare', { a: b, b: a })}>
            Swap
          </a>
        </div>
      </div>
      <Problem error={error} />
      {data && <Pairs {...data} />}
    </>
  )
}

function Pairs({ a, b, deltaMs, pairs }: Comparison): VNode {
  const [active, setActive] = useState(-1)
  const longestMs = Math.max(
    1e-6,
    ...pairs.flatMap((pair) => [pair.a?.durationMs ?? 0, pair.b?.durationMs ?? 0]),
  )
  const move = (by: 1 | -1): void =>
    setActive((before) => Math.max(0, Math.min(pairs.length - 1, before + by)))
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  })
  const chosen = pairs[active]
  return (
    <>
      <div class="compared">
        <Side name="A" item={a} />
        <Side name="B" item={b} />
        <p>
          <span class="muted">B takes </span>
          <Delta ms={deltaMs} />
        </p>
      </div>
      <div class="waterfall comparison">
        <div class="waterfall-head pair-line" aria-hidden="true">
          <span>Span</span>
          <span>A</span>
          <span>B</span>
          <span>B − A</span>
        </div>
        <VirtualRows
          count={pairs.length}
          active={active}
          label="Spans of both traces"
          keyOf={String}
          activeId={chosen && `pair-${active}`}
          row={(at) => {
            const pair = pairs[at]
            return (
              pair && (
                <PairRow
                  key={at}
                  pair={pair}
                  id={`pair-${at}`}
                  longestMs={longestMs}
                  isSelected={at === active}
                  onSelect={() => setActive(at)}
                />
              )
            )
          }}
        />
      </div>
      {chosen ? (
        <Differences pair={chosen} a={a.traceId} b={b.traceId} />
      ) : (
        <p class="muted">Choose a span to see in which attributes it differs.</p>
      )}
    </>
  )
}

function Side({ name, item }: { name: string; item: TraceItem }): VNode {
  return (
    <p>
      <b>{name}</b> <StatusMark status={item.httpStatus} errors={item.errors} />{' '}
      <a href={`/traces/${item.traceId}`}>{item.name || '(unnamed)'}</a>{' '}
      <span class="muted">
        <Time ms={item.startMs} /> · {formatDuration(item.durationMs)} ·{' '}
        {counted(item.spans, 'span')}
      </span>
    </p>
  )
}

function Delta({ ms }: { ms: number }): VNode {
  if (ms === 0) return <b>as long as A</b>
  return (
    <b class={ms > 0 ? 'bad' : 'good'}>
      {formatDuration(Math.abs(ms))} {ms > 0 ? 'longer' : 'less'}
    </b>
  )
}

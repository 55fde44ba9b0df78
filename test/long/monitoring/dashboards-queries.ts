import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import type { LRParser } from '@lezer/lr'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { boards } from '../../../monitoring/grafana/source/boards.ts'
import type { Origin, Source } from '../../../monitoring/grafana/source/panel.ts'

/** One query of one panel. */
export interface BoardQuery {
  /** Board, panel and number, for messages. */
  readonly where: string
  readonly source: Source
  readonly origin: Origin | undefined
  /** As Grafana sends it: with a service and windows filled in. */
  readonly expr: string
}

/** Where metrics come from that are no service's own: exporters.test.ts has them. */
export const OF_EXPORTERS: readonly (Origin | undefined)[] = [
  'exporter',
  'database-client',
  'replica',
  'cadvisor',
]

const WINDOWS: readonly (readonly [variable: string, value: string])[] = [
  ['$__rate_interval', '30s'],
  ['$__range', '5m'],
  ['$__auto', '1m'],
]

const filled = (expr: string, service: string): string =>
  [...WINDOWS, ['$service', service] as const].reduce(
    (text, [variable, value]) => text.replaceAll(variable, value),
    expr,
  )

/** All queries of all dashboards. `service` is what was chosen at their top. */
export const boardQueries = (service = 'shop'): BoardQuery[] =>
  boards.flatMap(({ uid, rows }) =>
    rows.flatMap((row) =>
      row.panels.flatMap(({ title, source = 'prometheus', origin, queries }) =>
        queries.map(({ expr }, index) => ({
          where: `${uid} / ${row.title} / ${title} / ${index + 1}`,
          source,
          origin,
          expr: filled(expr, service),
        })),
      ),
    ),
  )

const GRAMMARS: Readonly<Record<Source, LRParser>> = {
  prometheus: promql,
  loki: logql,
  tempo: traceql,
}

/** What a language's own grammar cannot read of a query; empty if it reads all. */
export function syntaxErrors(source: Source, expr: string): string[] {
  const errors: string[] = []
  GRAMMARS[source].parse(expr).iterate({
    enter(node) {
      if (node.type.isError) errors.push(`${node.from}: ${expr.slice(node.from, node.from + 30)}`)
    },
  })
  return errors
}

import type { Origin, PanelSpec, Query } from './panel.ts'

type Given = Omit<PanelSpec, 'kind' | 'queries' | 'width' | 'origin'> & {
  readonly queries: readonly (readonly [expr: string, legend: string])[]
}

/** Makes graphs, three in a row, of what comes from one place. */
export const graphsOf =
  (origin: Origin) =>
  ({ queries, ...given }: Given): PanelSpec => ({
    kind: 'graph',
    width: 8,
    origin,
    ...given,
    queries: queries.map(([expr, legend]): Query => ({ expr, legend })),
  })

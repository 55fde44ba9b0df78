/** A value at a time. */
export interface Sample {
  readonly atMs: number
  readonly value: number
}

export interface Range {
  readonly query: string
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

/** A line of a graph. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly Sample[]
}

/**
 * What Prometheus says over a time, line by line.
 *
 * @throws Error if it does not take the query.
 */
export async function readLines(prometheusUrl: string, range: Range): Promise<Line[]> {
  const parameters = new URLSearchParams({
    query: range.query,
    start: `${range.startMs / 1000}`,
    end: `${range.endMs / 1000}`,
    step: `${range.stepMs / 1000}`,
  })
  const response = await fetch(`${prometheusUrl}/api/v1/query_range?${parameters}`)
  const { data, error } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; values: [number, string][] }[] }
    error?: string
  }
  if (error) throw new Error(`Cannot read ${range.query}: ${error}`)
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([seconds, value]) => ({ atMs: seconds * 1000, value: Number(value) })),
  }))
}

/** The first line of it. */
export const readRange = async (prometheusUrl: string, range: Range): Promise<readonly Sample[]> =>
  (await readLines(prometheusUrl, range))[0]?.samples ?? []

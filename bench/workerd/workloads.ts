/** One kind of request, sent so many at a time. */
export interface Workload {
  id: string
  title: string
  path: string
  /** Under way at once, each on a connection of its own. */
  clients: number
  /** How long the collector takes to answer. */
  collectorLatencyMs: number
  /**
   * In each round. Many where they are cheap: between its turns an engine collects garbage, which few requests would
   * have to pay for.
   */
  requests: number
}

const workload = (
  id: string,
  title: string,
  path: string,
  { clients = 8, collectorLatencyMs = 0, requests = 4000 }: Partial<Workload> = {},
): Workload => ({ id, title, path, clients, collectorLatencyMs, requests })

export const WORKLOADS: readonly Workload[] = [
  workload('json', 'a JSON route', '/orders/7'),
  workload('json-1', 'a JSON route, 1 connection', '/orders/7', { clients: 1, requests: 2000 }),
  workload('json-64', 'a JSON route, 64 connections', '/orders/7', { clients: 64 }),
  workload('json-slow-collector', 'a JSON route, collector takes 50 ms', '/orders/7', {
    collectorLatencyMs: 50,
    requests: 2000,
  }),
  workload('storage', 'a KV get and a D1 query', '/stock/7', { requests: 800 }),
  workload('sse', 'server-sent events', '/events', { requests: 1500 }),
  workload('stream', 'a stream of its own', '/stream', { requests: 1500 }),
  workload('download', 'a download of 60 MB from R2', '/download', { clients: 1, requests: 5 }),
  workload('error', 'a handler that throws', '/boom', { requests: 2000 }),
  workload('cpu', 'a handler that computes', '/cpu', { requests: 1000 }),
]

/** The workload of this id. */
export const workloadOf = (id: string): Workload => {
  const found = WORKLOADS.find((candidate) => candidate.id === id)
  if (!found) {
    throw new Error(
      `Cannot measure: \`--workload\` must be one of ${WORKLOADS.map((one) => one.id).join()}, received ${id}`,
    )
  }
  return found
}

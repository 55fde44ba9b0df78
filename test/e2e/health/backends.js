import { WorkerEntrypoint } from 'cloudflare:workers'

let reads = 0

export default { fetch: () => new Response(null, { status: 404 }) }

/** Stands in for a KV namespace or another Worker, and counts. */
export class Counting extends WorkerEntrypoint {
  async get() {
    reads++
    await scheduler.wait(300)
    return null
  }

  async fetch() {
    reads++
    return new Response('ok')
  }

  async takeReads() {
    const taken = reads
    reads = 0
    return taken
  }
}

/** Stands in for a KV namespace or another Worker, and never answers in time. */
export class Hanging extends WorkerEntrypoint {
  async get() {
    await scheduler.wait(20_000)
    return null
  }

  async fetch() {
    await scheduler.wait(20_000)
    return new Response('late')
  }
}

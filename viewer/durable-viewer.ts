import { DurableObject } from 'cloudflare:workers'
import { durableSql } from './sql/durable-sql.ts'
import { createViewer, type Viewer } from './viewer.ts'

/** Settings of a deployed viewer, as wrangler's `vars` and secrets. */
export interface ViewerEnv {
  /** Wanted of everyone. Without it, nothing is answered. */
  VIEWER_TOKEN?: string
  /** Megabytes kept. Default 512. */
  VIEWER_MAX_MB?: string
  /** Hours kept. Default 24. */
  VIEWER_MAX_AGE_HOURS?: string
  /** An OTLP/HTTP endpoint that everything is sent on to. */
  VIEWER_FORWARD_URL?: string
}

const SWEEP_INTERVAL_MS = 3_600_000

/** The store and its API in one Durable Object. The Worker in front of it asks for the token. */
export class ViewerObject extends DurableObject<ViewerEnv> {
  #viewer: Viewer | undefined

  /** Answers a request that has shown the token. */
  async fetch(request: Request): Promise<Response> {
    const viewer = this.#open()
    if (request.method === 'POST' && (await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL_MS)
    }
    return viewer.fetch(request)
  }

  /** Removes what is too old. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL_MS)
    this.#open().sweep()
  }

  #open(): Viewer {
    const { env } = this
    const megabytes = Number(env.VIEWER_MAX_MB)
    const hours = Number(env.VIEWER_MAX_AGE_HOURS)
    this.#viewer ??= createViewer({
      sql: durableSql(this.ctx.storage),
      hosts: 'any',
      ...(megabytes > 0 && { maxBytes: megabytes * 1024 * 1024 }),
      ...(hours > 0 && { maxAgeMs: hours * 3_600_000 }),
      ...(env.VIEWER_FORWARD_URL && { forward: { url: env.VIEWER_FORWARD_URL } }),
    })
    return this.#viewer
  }
}

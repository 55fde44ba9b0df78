import { DurableObject } from 'cloudflare:workers'
import { isFromElsewhere } from './api/origin.ts'
import { durableSql } from './sql/durable-sql.ts'
import { OtherStoreVersion, replaceSchema } from './sql/schema.ts'
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
    let viewer: Viewer
    try {
      viewer = this.#open()
    } catch (error) {
      if (!(error instanceof OtherStoreVersion)) throw error
      return this.#refuse(request, error)
    }
    if (request.method === 'POST' && (await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL_MS)
    }
    return viewer.fetch(request)
  }

  /** Removes what is too old. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_INTERVAL_MS)
    try {
      this.#open().sweep()
    } catch (error) {
      if (!(error instanceof OtherStoreVersion)) throw error
    }
  }

  /** A store of another version stays as it is, until somebody has it emptied. */
  #refuse(request: Request, error: OtherStoreVersion): Response {
    const isAsked = request.method === 'DELETE' && new URL(request.url).pathname === '/api/data'
    if (isAsked && !isFromElsewhere(request)) {
      replaceSchema(durableSql(this.ctx.storage))
      return new Response(null, { status: 204 })
    }
    const message = `${error.message}. DELETE /api/data empties it`
    return Response.json({ error: { message } }, { status: 503 })
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

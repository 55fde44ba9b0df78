import { WorkerEntrypoint } from 'cloudflare:workers'
import { instrumentEntrypoint } from 'hono-observability'
import { options } from './options.ts'

/** A Worker whose default export is a class. */
export class Other extends WorkerEntrypoint {
  override async fetch(): Promise<Response> {
    return new Response('other')
  }

  async double(value: number): Promise<number> {
    return value * 2
  }

  override async scheduled(controller: ScheduledController): Promise<void> {
    if (controller.cron === 'fail') {
      throw new RangeError('cron failed')
    }
  }
}

export default instrumentEntrypoint(Other, options, { propagate: true })

import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers'
import { NonRetryableError } from 'cloudflare:workflows'
import type { Env } from './env.ts'

export interface ShippingParams {
  orderId: string
  /** How it goes on after `pack`. */
  after: 'sleep' | 'fail' | 'flake' | 'wait'
}

export class ShippingWorkflow extends WorkflowEntrypoint<Env, ShippingParams> {
  override async run(
    event: WorkflowEvent<ShippingParams>,
    step: WorkflowStep,
  ): Promise<{ keys: string[] | undefined; parcels: number }> {
    const { payload } = event
    const parcels = await step.do('pack', async () => 2)
    if (payload?.after === 'flake') {
      await step.do('label', { retries: { limit: 2, delay: 10 } }, async ({ attempt }) => {
        if (attempt < 2) {
          throw new RangeError('no labels')
        }
      })
    }
    if (payload?.after === 'fail') {
      await step.do('weigh', async () => {
        throw new NonRetryableError('too heavy')
      })
    }
    if (payload?.after === 'sleep') {
      await step.sleep('courier', 1500)
    }
    if (payload?.after === 'wait') {
      await step.waitForEvent('signature', { type: 'signed', timeout: '1 minute' })
    }
    await step.do('ship', () => this.env.ROOM.getByName('shipped').hello(payload?.orderId))
    return { keys: payload && Object.keys(payload), parcels }
  }
}

import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers'
import type { Bindings } from './env.ts'
import { fulfil } from './fulfil.ts'
import type { FulfilmentParams } from './platform.ts'

/** Goes on where it was, however often the machine beneath it restarts. */
export class Fulfilment extends WorkflowEntrypoint<Bindings, FulfilmentParams> {
  override run(event: WorkflowEvent<FulfilmentParams>, step: WorkflowStep): Promise<void> {
    return fulfil(this.env, event.payload, step)
  }
}

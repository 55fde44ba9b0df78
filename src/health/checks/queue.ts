import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

interface QueueProducer {
  send(message: unknown): Promise<unknown>
}

/** Checks that a queue's producer is bound. It sends nothing: a message would have to be consumed. */
export const queue = (binding: string, options: CheckOptions = {}): HealthCheck => {
  return onBinding<QueueProducer>('component', binding, 'send', options, async () => undefined)
}

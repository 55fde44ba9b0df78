import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

/** Settings of {@link ai}. */
export interface AiCheckOptions extends CheckOptions {
  /** Model to run. Each run is billed, so set a long `cacheMs`. Default: nothing runs. */
  model?: string
  /** Input of the model. Default `{ prompt: 'ping', max_tokens: 1 }`. */
  input?: Record<string, unknown>
}

interface WorkersAi {
  run(model: string, input: unknown): Promise<unknown>
}

/** Checks that Workers AI is bound, and with `model` that this model answers. */
export const ai = (binding: string, options: AiCheckOptions = {}): HealthCheck => {
  const { model, input = { prompt: 'ping', max_tokens: 1 } } = options
  return onBinding<WorkersAi>('component', binding, 'run', options, async (workersAi) => {
    if (model !== undefined) {
      await workersAi.run(model, input)
    }
    return undefined
  })
}

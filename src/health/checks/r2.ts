import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

/** Settings of {@link r2}. */
export interface R2CheckOptions extends CheckOptions {
  /** Key that is looked up. It need not exist. Default `health`. */
  key?: string
}

interface R2Bucket {
  head(key: string): Promise<unknown>
}

/** Checks an R2 bucket with one `head`. */
export const r2 = (binding: string, options: R2CheckOptions = {}): HealthCheck => {
  const { key = 'health' } = options
  return onBinding<R2Bucket>('datastore', binding, 'head', options, async (bucket) => {
    await bucket.head(key)
    return undefined
  })
}

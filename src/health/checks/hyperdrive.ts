import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

/** The part of a Hyperdrive binding that drivers use. */
export interface HyperdriveBinding {
  readonly connectionString: string
}

/** Settings of {@link hyperdrive}. */
export interface HyperdriveCheckOptions extends CheckOptions {
  /** A query with your own driver, which should end when `signal` aborts. Default: only a connection is opened. */
  query?: (hyperdrive: HyperdriveBinding, signal: AbortSignal) => Promise<unknown>
}

interface Hyperdrive extends HyperdriveBinding {
  connect(): { opened: Promise<unknown>; close(): Promise<void> }
}

/** Checks a Hyperdrive binding by opening a connection to it. Only `query` proves the database behind it. */
export const hyperdrive = (binding: string, options: HyperdriveCheckOptions = {}): HealthCheck => {
  const { query } = options
  return onBinding<Hyperdrive>('datastore', binding, 'connect', options, async (bound, signal) => {
    if (query) {
      await query(bound, signal)
      return undefined
    }
    const socket = bound.connect()
    const close = (): Promise<void> => socket.close().catch(() => {})
    signal.addEventListener('abort', close)
    await socket.opened
    await close()
    return undefined
  })
}

import { environmentReader } from './environment.ts'
import { platformResource } from './host.ts'
import { runtimeName } from './runtime-name.ts'

let isHosted: boolean | undefined

/** Whether a platform stops or freezes this process between requests whenever it likes. */
const isStoppedAtWill = (): boolean => {
  isHosted ??= !!platformResource(environmentReader(undefined))
  return isHosted
}

/**
 * Whether what runs this code comes and goes with the requests, so that totals of one isolate or process say little.
 * For defaults.
 */
export const isShortLived = (): boolean =>
  runtimeName() === 'workers' ||
  ['EdgeRuntime', 'Netlify'].some((name) => name in globalThis) ||
  isStoppedAtWill()

let isCold = true

/** Whether this is the first invocation of such an isolate or process. True once, however many apps it has. */
export const takeColdStart = (): boolean => {
  const wasCold = isCold
  isCold = false
  return wasCold && isShortLived()
}

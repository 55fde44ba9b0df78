import { processWaiter } from '../runtimes/process-waiter.ts'
import { isShortLived } from '../runtimes/short-lived.ts'
import { processEnd } from '../telemetry/flush.ts'

/** What a process waits with, if with anything. Bundlers for Workers take `own-waiter.worker.ts`, as of `host.ts`. */
export const ownWaiter = (): ReturnType<typeof processWaiter> =>
  processWaiter(processEnd, isShortLived())

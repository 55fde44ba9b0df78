import type { HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'
import { askStub, type Stub, type StubCheckOptions } from './stub.ts'

/** Checks another Worker over a service binding, with a `fetch` or an RPC call. */
export const service = (binding: string, options: StubCheckOptions = {}): HealthCheck => {
  return onBinding<Stub>('component', binding, 'fetch', options, (stub, signal) =>
    askStub(stub, options, signal),
  )
}

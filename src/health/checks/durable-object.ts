import type { HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'
import { askStub, type Stub, type StubCheckOptions } from './stub.ts'

/** Settings of {@link durableObject}. */
export interface DurableObjectCheckOptions extends StubCheckOptions {
  /** Name of the object that is asked. It is created if it does not exist. Default `health`. */
  name?: string
}

interface DurableObjectNamespace {
  idFromName(name: string): unknown
  get(id: unknown): Stub
}

/** Checks a Durable Object class by asking one object of it, with a `fetch` or an RPC call. */
export const durableObject = (
  binding: string,
  options: DurableObjectCheckOptions = {},
): HealthCheck => {
  const { name = 'health' } = options
  return onBinding<DurableObjectNamespace>(
    'component',
    binding,
    'idFromName',
    options,
    (namespace, signal) => askStub(namespace.get(namespace.idFromName(name)), options, signal),
  )
}

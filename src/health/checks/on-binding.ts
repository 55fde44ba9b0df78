import type { CheckFinding, CheckOptions, HealthCheck } from '../check.ts'

/** A check of the binding of that name, which must have that method. */
export const onBinding = <Binding>(
  componentType: HealthCheck['componentType'],
  name: string,
  method: keyof Binding & string,
  options: CheckOptions,
  run: (binding: Binding, signal: AbortSignal) => Promise<CheckFinding | undefined>,
): HealthCheck => {
  return {
    ...options,
    componentType,
    componentId: name,
    binding: [name, method],
    run: ({ signal }, binding) => run(binding as Binding, signal),
  }
}

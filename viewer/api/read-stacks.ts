import type { Plain } from '../otlp/value.ts'

/** What may hold an exception. */
interface Holder {
  attributes: Record<string, Plain>
  stack?: string
}

/** Adds to each exception what its stack says of the sources, where that is known. What was sent stays beside it. */
export function readStacks(
  holders: readonly Holder[],
  read: ((stack: string) => string | undefined) | undefined,
): void {
  if (!read) return
  for (const holder of holders) {
    const sent = holder.attributes['exception.stacktrace']
    const stack = typeof sent === 'string' ? read(sent) : undefined
    if (stack !== undefined) holder.stack = stack
  }
}

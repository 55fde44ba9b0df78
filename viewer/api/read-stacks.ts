import type { Plain } from '../otlp/value.ts'

/** What may hold an exception. */
interface Holder {
  attributes: Record<string, Plain>
  stack?: string
}

/** Adds to each exception, and to each line that says where it comes from, what that is in the sources, where that is known. What was sent stays beside it. */
export function readStacks(
  holders: readonly Holder[],
  read: ((stack: string) => string | undefined) | undefined,
): void {
  if (!read) return
  for (const holder of holders) {
    const sent = holder.attributes['exception.stacktrace'] ?? placeIn(holder.attributes)
    const stack = typeof sent === 'string' ? read(sent) : undefined
    if (stack !== undefined) holder.stack = stack
  }
}

/** Where a line of a log comes from, as a stack has it. */
const placeIn = ({
  'code.file.path': file,
  'code.line.number': line,
  'code.column.number': column,
}: Record<string, Plain>): string | undefined =>
  typeof file === 'string' && typeof line === 'number' && typeof column === 'number'
    ? `    at ${file}:${line}:${column}`
    : undefined

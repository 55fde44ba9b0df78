import { Budget } from './limits.ts'
import type { Decoded, Group, Origin, Scope } from './model.ts'
import { type Json, list, object, RejectedRecord } from './shape.ts'

/** Reads one record. Throws {@link RejectedRecord} with a reason. */
export type ReadRecord<R> = (record: Json, budget: Budget) => R

/** Names of the lists of a signal. */
export interface Envelope {
  outer: string
  inner: string
  records: string
}

/** Goes through resources and scopes, and reads each record on its own. */
export function decodeGroups<R>(
  request: unknown,
  { outer, inner, records }: Envelope,
  read: ReadRecord<R>,
): Decoded<R> {
  const decoded: Decoded<R> = { groups: [], rejected: new Map(), shortened: 0 }
  for (const resourceItem of list(object(request, 'body')[outer], outer)) {
    const entry = object(resourceItem, outer)
    const resource = originOf(object(entry.resource, 'resource'), entry.schemaUrl)
    for (const scopeItem of list(entry[inner], inner)) {
      const group = object(scopeItem, inner)
      const kept = readRecords(list(group[records], records), records, read, decoded)
      if (kept.length) decoded.groups.push({ resource, scope: scopeOf(group), records: kept })
    }
  }
  return decoded
}

function readRecords<R>(
  items: unknown[],
  name: string,
  read: ReadRecord<R>,
  decoded: Decoded<R>,
): R[] {
  const kept: R[] = []
  for (const item of items) {
    const budget = new Budget()
    try {
      kept.push(read(object(item, name), budget))
      if (budget.shortened) decoded.shortened++
    } catch (error) {
      if (!(error instanceof RejectedRecord)) throw error
      reject(decoded, error.message, 1)
    }
  }
  return kept
}

/** Counts refused records under their reason. */
export function reject(
  decoded: Pick<Decoded<unknown>, 'rejected'>,
  reason: string,
  count: number,
): void {
  decoded.rejected.set(reason, (decoded.rejected.get(reason) ?? 0) + count)
}

/** All records, whatever they came under. */
export function countRecords(groups: readonly Group<unknown>[]): number {
  return groups.reduce((sum, { records }) => sum + records.length, 0)
}

function originOf(origin: Json, schemaUrl: unknown): Origin {
  const budget = new Budget()
  const url = budget.string(schemaUrl, 1024)
  const dropped = Number(origin.droppedAttributesCount ?? 0)
  return {
    attributes: budget.attributes(origin.attributes),
    ...(url && { schemaUrl: url }),
    ...(dropped > 0 && { dropped }),
  }
}

function scopeOf(group: Json): Scope {
  const scope = object(group.scope, 'scope')
  const budget = new Budget()
  return {
    name: budget.string(scope.name, 1024),
    version: budget.string(scope.version, 1024),
    ...originOf(scope, group.schemaUrl),
  }
}

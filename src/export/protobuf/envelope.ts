import type { Attributes } from '@opentelemetry/api'
import type { InstrumentationScope } from '../../base/instrumentation-scope.ts'
import { attributes } from './values.ts'
import { begin, end, finish, start, text } from './writer.ts'

/** The length of what holds many records takes three bytes, as a rule. */
const WIDTH = 3

/**
 * A request with all records of one resource: the three signals differ only in what a record is. Records with the
 * same `keyOf` share a scope.
 */
export const envelope = <R>(
  resource: Attributes,
  records: readonly R[],
  keyOf: (record: R) => unknown,
  scopeOf: (record: R) => InstrumentationScope & { attributes?: Attributes | undefined },
  write: (record: R) => void,
): Uint8Array<ArrayBuffer> => {
  const groups = new Map<unknown, R[]>()
  for (const record of records) {
    const key = keyOf(record)
    const group = groups.get(key)
    if (group) {
      group.push(record)
    } else {
      groups.set(key, [record])
    }
  }
  start()
  const request = begin(1, WIDTH)
  const from = begin(1, 2)
  attributes(1, resource)
  end(from, 2)
  for (const group of groups.values()) {
    const { name, version, schemaUrl, attributes: ofScopeItself } = scopeOf(group[0] as R)
    const ofScope = begin(2, WIDTH)
    const scope = begin(1)
    text(1, name)
    text(2, version)
    if (ofScopeItself) {
      attributes(3, ofScopeItself)
    }
    end(scope)
    for (const record of group) {
      write(record)
    }
    text(3, schemaUrl)
    end(ofScope, WIDTH)
  }
  end(request, WIDTH)
  return finish()
}

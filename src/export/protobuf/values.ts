import type { Attributes } from '@opentelemetry/api'
import { isInt64, isWhole, MAX_DEPTH, unixMicros } from '../otlp/values.ts'
import { begin, bytes, double, end, int64, nanos, string, uint } from './writer.ts'

/** A time in milliseconds since the epoch. */
export const time = (field: number, ms: number): void => nanos(field, unixMicros(ms))

/** Attributes as a repeated `KeyValue`. Entries without a value are left out. */
export const attributes = (field: number, values: object, depth = 0): void => {
  for (const key in values) {
    const value = (values as Attributes)[key]
    if (value !== undefined && value !== null) {
      const entry = begin(field)
      string(1, key)
      anyValue(2, value, depth)
      end(entry)
    }
  }
}

/** Any value as an `AnyValue`; what has no form there becomes the empty one. */
export const anyValue = (field: number, value: unknown, depth = 0): void => {
  const from = begin(field)
  switch (typeof value) {
    case 'string':
      string(1, value)
      break
    case 'boolean':
      uint(2, value ? 1 : 0)
      break
    case 'number':
      if (isWhole(value)) {
        int64(3, value)
      } else {
        double(4, value)
      }
      break
    case 'bigint':
      if (isInt64(value)) {
        int64(3, value)
      } else {
        string(1, `${value}`)
      }
      break
    case 'object':
      if (value !== null && depth <= MAX_DEPTH) {
        object(value, depth + 1)
      }
  }
  end(from)
}

const object = (value: object, depth: number): void => {
  if (value instanceof Uint8Array) {
    bytes(7, value)
  } else {
    const isArray = Array.isArray(value)
    const from = begin(isArray ? 5 : 6)
    if (isArray) {
      // By index: what a sparse array lacks keeps its place.
      for (let i = 0; i < value.length; i++) {
        anyValue(1, value[i], depth)
      }
    } else {
      attributes(1, value, depth)
    }
    end(from)
  }
}

import { readProperty } from '../../base/thrown.ts'

/** Steps down a schema, wrappers such as `optional()` included. */
const MAX_STEPS = 64

/** What a schema of zod, 3 or 4, says of itself. */
const defOf = (schema: unknown): unknown =>
  readProperty(schema, '_zod')
    ? readProperty(readProperty(schema, '_zod'), 'def')
    : readProperty(schema, '_def')

const call = (value: unknown): unknown => (typeof value === 'function' ? value() : value)

/** Schemas that stand for one another: what a wrapper wraps, the sides of a pipe or an intersection, a union's options. */
const alternatives = (def: unknown): readonly unknown[] => {
  const options = readProperty(def, 'options')
  const getter = readProperty(def, 'getter')
  return [
    readProperty(def, 'innerType'),
    // Effects of zod 3.
    readProperty(def, 'schema'),
    readProperty(def, 'in'),
    readProperty(def, 'out'),
    readProperty(def, 'left'),
    readProperty(def, 'right'),
    getter && call(getter),
    ...(Array.isArray(options)
      ? options
      : // Discriminated unions of zod 3.
        options instanceof Map
        ? options.values()
        : []),
  ].filter((schema) => typeof schema === 'object' && schema !== null)
}

/** What is one key down, and how that is written. */
const below = (def: unknown, key: unknown): { name: string; schema: unknown } | undefined => {
  const shape = call(readProperty(def, 'shape'))
  if (typeof shape === 'object' && shape !== null) {
    return typeof key === 'string' && Object.hasOwn(shape, key)
      ? { name: key, schema: readProperty(shape, key) }
      : undefined
  }
  const element = readProperty(def, 'element') ?? objectOf(readProperty(def, 'type'))
  if (element !== undefined) {
    return typeof key === 'number' ? { name: '[]', schema: element } : undefined
  }
  const items = readProperty(def, 'items')
  if (Array.isArray(items)) {
    const schema = items[key as number] ?? readProperty(def, 'rest')
    return typeof key === 'number' && schema ? { name: '[]', schema } : undefined
  }
  // Of a record or a map, whose keys are the caller's.
  const value = readProperty(def, 'valueType')
  return value === undefined ? undefined : { name: '*', schema: value }
}

/** The element of an array of zod 3; of zod 4, `type` is a name. */
const objectOf = (value: unknown): unknown => (typeof value === 'object' ? value : undefined)

/**
 * A path of a value as the schema has it: `items[].price`, `labels.*`. What it does not have, since it is the caller's
 * key or a kind of schema that is not known, is left out.
 *
 * @returns An empty text for the whole value.
 */
export const fieldPath = (schema: unknown, path: readonly unknown[]): string => {
  const left = { steps: MAX_STEPS }
  return walk(schema, path, 0, left) ?? ''
}

const walk = (
  schema: unknown,
  path: readonly unknown[],
  index: number,
  left: { steps: number },
): string | undefined => {
  const def = defOf(schema)
  if (index >= path.length || def === undefined || left.steps-- <= 0) {
    return undefined
  }
  const step = path[index]
  // Standard Schema allows both.
  const key = typeof step === 'object' ? readProperty(step, 'key') : step
  const found = below(def, key)
  if (found) {
    const rest = walk(found.schema, path, index + 1, left) ?? ''
    return found.name + (rest && !rest.startsWith('[') ? `.${rest}` : rest)
  }
  for (const alternative of alternatives(def)) {
    const rest = walk(alternative, path, index, left)
    if (rest !== undefined) {
      return rest
    }
  }
  return undefined
}

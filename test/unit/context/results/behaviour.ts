type Outcome = readonly [how: 'returned' | 'threw', what: unknown]

const attempt = (call: () => unknown): Outcome => {
  try {
    return ['returned', call()]
  } catch (error) {
    return ['threw', describe(error)]
  }
}

const attemptLater = async (call: () => unknown): Promise<Outcome> => {
  try {
    return ['returned', await call()]
  } catch (error) {
    return ['threw', describe(error)]
  }
}

const describe = (error: unknown): string => {
  try {
    return String(error)
  } catch {
    return 'no text'
  }
}

const has = (value: unknown, key: PropertyKey): boolean =>
  attempt(() => typeof (value as Record<PropertyKey, unknown>)[key]).at(1) === 'function'

/** All that code can find out about a value by using it, in the order of the steps. */
export const behaviourOf = async (value: unknown, depth = 0): Promise<unknown[]> => {
  const told: unknown[] = [
    typeof value,
    attempt(() => Object.prototype.toString.call(value)),
    attempt(() => Object.keys(value as object)),
    attempt(() => (value as object).constructor?.name),
    attempt(() => value instanceof Promise),
    attempt(() => Object.isFrozen(value)),
    attempt(() => describe(value)),
    typeof value === 'object' || typeof value === 'function' ? '' : value,
  ]
  const object = value as Record<PropertyKey, unknown> & Response & ReadableStream
  if (typeof value === 'function' && !/^class/.test(String(value))) {
    told.push(
      value.length,
      value.name,
      attempt(() => value(1, 2)),
    )
  }
  for (const key of ['runs', 'read', 'cancel', 'where']) {
    if (has(value, key) && !has(value, 'getReader')) {
      told.push(
        key,
        attempt(() => typeof (object[key] as () => unknown)()),
      )
    }
  }
  if (has(value, 'getReader')) {
    told.push(object.locked, await attemptLater(() => new Response(object).text()))
  } else if (has(value, 'arrayBuffer')) {
    told.push(object.status, [...(object.headers ?? [])], await attemptLater(() => object.text()))
  } else if (has(value, 'next')) {
    told.push(await attemptLater(() => iterate(value)))
    told.push(await attemptLater(() => (object.next as () => unknown)()))
  } else if (has(value, 'then') && depth < 2) {
    const [how, what] = await attemptLater(async () => [await value, await value])
    told.push(how, how === 'returned' ? await behaviourOf((what as unknown[])[1], depth + 1) : what)
    told.push(has(value, 'runs') && attempt(() => (object.runs as () => unknown)()))
    told.push(object.runs !== undefined && typeof object.runs === 'number' && object.runs)
  }
  return told
}

const iterate = async (value: unknown): Promise<unknown[]> => {
  const seen: unknown[] = []
  try {
    for await (const item of value as AsyncIterable<unknown>) {
      seen.push(item)
    }
  } catch (error) {
    seen.push(describe(error))
  }
  return seen
}

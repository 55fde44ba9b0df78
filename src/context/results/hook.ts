import { type Context, trace } from '@opentelemetry/api'
import { activeContext } from '../async-context.ts'
import type { Watcher } from './watcher.ts'

/** How many may watch one object at once, such as a query that the app keeps and awaits in every request. */
export const MAX_WATCHERS = 128

/** Goes on as without the hook, with the same arguments or with others. */
type Call = (args?: unknown[]) => unknown

type Make = (watcher: Watcher, call: Call, args: unknown[]) => unknown

/** An object that is watched. However often it is, it has one hook for each method, until nobody watches. */
interface Watched {
  readonly watchers: Set<Watcher>
  readonly restore: (() => boolean)[]
}

const watched = /* @__PURE__ */ new WeakMap<object, Watched>()

/**
 * Watches methods of this very object, which stays what it is for everybody else: its prototype's methods are not
 * touched, and nothing new is seen by those who list its properties. When it is no longer watched it is as it was.
 *
 * @param seen Is told what each call returned, whoever made it.
 * @returns False where there is no such method, or none that can be replaced.
 */
export const hook = (
  target: object,
  watcher: Watcher,
  methods: Record<PropertyKey, Make>,
  seen?: (result: unknown, key: PropertyKey, watchers: ReadonlySet<Watcher>) => void,
): boolean => {
  let entry = watched.get(target)
  if (!entry) {
    const watchers = new Set<Watcher>()
    const restore: Watched['restore'] = []
    for (const key of Reflect.ownKeys(methods)) {
      const make = methods[key] as Make
      const undo = replace(target, key, (self, original, args) => {
        let call = original
        for (const one of self === target ? concerned(watchers) : []) {
          const inner = call
          call = (given = args) => make(one, inner, given)
        }
        const result = call(args)
        seen?.(result, key, watchers)
        return result
      })
      if (undo) {
        restore.push(undo)
      }
    }
    if (!restore.length) {
      return false
    }
    entry = { watchers, restore }
    watched.set(target, entry)
  }
  const { watchers, restore } = entry
  if (watchers.size >= MAX_WATCHERS) {
    const [first] = watchers
    first?.end()
  }
  watchers.add(watcher)
  watcher.whenOver(() => {
    watchers.delete(watcher)
    // What somebody else has put over a hook stays, and so does the hook, which does nothing more.
    if (!watchers.size && restore.every((undo) => undo())) {
      watched.delete(target)
    }
  })
  return true
}

/**
 * Replaces a method of an object, or a getter of its prototype.
 *
 * @returns What takes the hook off, and says whether it is off; undefined where nothing can be replaced.
 */
export const replace = (
  target: object,
  key: PropertyKey,
  make: (self: unknown, call: Call, args: unknown[]) => unknown,
): (() => boolean) | undefined => {
  const before = Reflect.getOwnPropertyDescriptor(target, key)
  // Only of a response, whose body stays the getter that it is.
  const isGetter = key === 'body'
  const method: unknown = isGetter ? () => undefined : Reflect.get(target, key)
  if (typeof method !== 'function') {
    return undefined
  }
  const hooked = function (this: unknown, ...args: unknown[]): unknown {
    return make(
      this,
      (given = args) =>
        isGetter
          ? Reflect.get(Object.getPrototypeOf(target) as object, key, this)
          : Reflect.apply(method, this, given),
      args,
    )
  }
  const { name, length } = method
  Object.defineProperties(hooked, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  })
  const after = isGetter
    ? { get: hooked, configurable: true }
    : { value: hooked, writable: true, configurable: true, enumerable: before?.enumerable === true }
  return Reflect.defineProperty(target, key, after)
    ? () => {
        const now = Reflect.getOwnPropertyDescriptor(target, key)
        return now?.value !== hooked && now?.get !== hooked
          ? !now
          : before
            ? Reflect.defineProperty(target, key, before)
            : Reflect.deleteProperty(target, key)
      }
    : undefined
}

/**
 * Whom a call is of, the innermost first: who watches from where it is made, and those within. An object that several
 * requests share must not mix them up. Who has begun goes on together.
 */
const concerned = (watchers: Set<Watcher>): readonly Watcher[] => {
  const active = activeContext()
  const newest = (is: (one: Watcher) => boolean): Watcher | undefined => {
    let found: Watcher | undefined
    for (const one of watchers) {
      if (is(one)) {
        found = one
      }
    }
    return found
  }
  const isHere = (one: Watcher): boolean => one.from === active
  let chain: Watcher[] = []
  for (let from = active; ; from = (chain[0] as Watcher).context) {
    const next = newest((one) => one.from === from && !one.group && !chain.includes(one))
    if (!next) {
      break
    }
    chain.unshift(next)
  }
  if (!chain.length) {
    const traceId = traceIdOf(active)
    const isNear = (one: Watcher): boolean => [undefined, traceId].includes(traceIdOf(one.context))
    const begun = newest((one) => isHere(one) && !!one.group)
    if (!begun) {
      chain = [...watchers].filter((one) => !one.group && isNear(one))
    }
    if (!chain.length) {
      return (begun ?? newest(isNear))?.group?.filter((one) => watchers.has(one)) ?? []
    }
  }
  for (const one of chain) {
    one.group = chain
  }
  return chain
}

const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId

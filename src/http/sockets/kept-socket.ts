import { guard } from '../../base/guard.ts'
import { envelope, envelopeLike, isEnvelope, stateIn } from './attachment.ts'
import type { Connection } from './connection.ts'
import type { ConnectionState } from './connection-state.ts'
import { like } from './like.ts'
import { countSends, ownerOf } from './sends.ts'

type Method = (this: object, ...args: unknown[]) => unknown

interface Attaching {
  serializeAttachment: Method
  deserializeAttachment: Method
}

/** Who has the socket: one object of a class. */
export interface Keeper {
  readonly className: string
  /** Goes on with a connection that began before the object slept. */
  resume(state: ConnectionState): Connection
}

/** A socket that may outlive the object's memory, and its connection. */
export class KeptSocket {
  readonly #socket: object
  readonly #raw: Attaching
  readonly #keeper: Keeper
  #connection: Connection | undefined
  #isLooked: boolean
  /** The app attaches as much as there is room for. */
  #isBare = false
  #isDirty = false

  constructor(socket: object, raw: Attaching, keeper: Keeper, connection?: Connection) {
    this.#socket = socket
    this.#raw = raw
    this.#keeper = keeper
    this.#connection = connection
    this.#isLooked = connection !== undefined
  }

  /** Undefined when its beginning is not known. */
  get connection(): Connection | undefined {
    if (!this.#isLooked) {
      this.#isLooked = true
      const attached = this.#read()
      if (isEnvelope(attached)) {
        this.#connection = this.#keeper.resume(stateIn(attached, this.#keeper.className))
      }
    }
    return this.#connection
  }

  /** What the app attached. */
  get attached(): unknown {
    const attached = this.#read()
    return !this.#isBare && isEnvelope(attached) ? attached.value : attached
  }

  attach(args: readonly unknown[]): unknown {
    const { connection } = this
    if (connection && args.length) {
      try {
        const result = this.#write(envelope(connection.state, args[0]))
        this.#isBare = false
        return result
      } catch {
        // Too large, or not to be cloned: without us it may fit, and fails with an error of its own if not.
      }
    }
    const result = this.#raw.serializeAttachment.apply(this.#socket, [...args])
    this.#isBare = true
    return result
  }

  /** Has the state kept, once for all that happens now: the object may sleep any time after. */
  touch(): void {
    if (!this.#isDirty) {
      this.#isDirty = true
      queueMicrotask(() => {
        this.#isDirty = false
        guard(() => this.save())
      })
    }
  }

  save(): void {
    const { connection } = this
    if (connection && !this.#isBare) {
      const { attached } = this
      try {
        this.#write(envelope(connection.state, attached))
      } catch {
        // There is no room beside what the app has attached, which stays as it is; or the socket is closed.
        this.#isBare = !isEnvelope(this.#read())
      }
    }
  }

  #read(): unknown {
    return this.#raw.deserializeAttachment.call(this.#socket)
  }

  #write(value: unknown): unknown {
    return this.#raw.serializeAttachment.call(this.#socket, value)
  }
}

const kept = /* @__PURE__ */ new WeakMap<object, KeptSocket>()

const raws = /* @__PURE__ */ new WeakMap<object, Attaching>()

/** The same for the same socket. */
export const keepSocket = (socket: object, keeper: Keeper, connection?: Connection): KeptSocket => {
  const known = kept.get(socket)
  if (known) {
    return known
  }
  const made = new KeptSocket(socket, rawMethods(Object.getPrototypeOf(socket)), keeper, connection)
  kept.set(socket, made)
  countSends(socket, {
    sent(data) {
      made.connection?.sent(data)
      made.touch()
    },
  })
  return made
}

/**
 * Has what an app attaches to sockets of a kind go through us, before any of them is known: what it attached before its
 * object slept may be read by a handler of which we are not told.
 */
export const followAttachments = (): void => {
  const prototype = (globalThis as { WebSocket?: { prototype?: object } }).WebSocket?.prototype
  if (prototype && 'deserializeAttachment' in prototype) {
    rawMethods(prototype)
  }
}

/** The platform's own; those of the prototype are replaced once. */
const rawMethods = (ofKind: object): Attaching => {
  const prototype = ownerOf(ofKind, 'deserializeAttachment') ?? ofKind
  const known = raws.get(prototype)
  if (known) {
    return known
  }
  const { serializeAttachment, deserializeAttachment } = prototype as Attaching
  const raw = { serializeAttachment, deserializeAttachment }
  raws.set(prototype, raw)
  const replace = (name: keyof Attaching, method: Method): void => {
    Object.defineProperty(prototype, name, {
      ...Object.getOwnPropertyDescriptor(prototype, name),
      value: like(raw[name], method),
    })
  }
  replace('serializeAttachment', function (...args) {
    const socketKept = kept.get(this)
    return socketKept ? socketKept.attach(args) : attachUnknown(this, raw, args)
  })
  replace('deserializeAttachment', function (...args) {
    const socketKept = kept.get(this)
    if (socketKept) {
      return socketKept.attached
    }
    const attached = deserializeAttachment.apply(this, args)
    return isEnvelope(attached) ? attached.value : attached
  })
  return raw
}

/** To a socket that we were not told of since its object slept: what was known of its connection stays. */
const attachUnknown = (socket: object, raw: Attaching, args: readonly unknown[]): unknown => {
  try {
    const attached = args.length ? raw.deserializeAttachment.call(socket) : undefined
    if (isEnvelope(attached)) {
      return raw.serializeAttachment.call(socket, envelopeLike(attached, args[0]))
    }
  } catch {
    // As where the connection is known: without us it may fit, and fails with an error of its own if not.
  }
  return raw.serializeAttachment.apply(socket, [...args])
}

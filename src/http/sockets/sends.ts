import { guard } from '../../base/guard.ts'
import type { Connection } from './connection.ts'
import { like } from './like.ts'

type Method = (this: object, ...args: unknown[]) => unknown

/** Who is told what a socket sends. */
export type Sender = Pick<Connection, 'sent'>

interface Sending {
  sender: Sender
  /** How often its methods were called. */
  calls: number
}

const sockets = /* @__PURE__ */ new WeakMap<object, Sending>()

/** Names of the methods that are replaced, by whose they are. */
const replaced = /* @__PURE__ */ new WeakMap<object, Set<string>>()

/** Where Bun has several. What is published to a topic is sent by the runtime. */
const NAMES = ['send', 'sendText', 'sendBinary']

/**
 * Tells a connection of what its socket sends, whoever sends it. The methods are replaced where they are, once for all
 * sockets of a kind, so that a socket has nothing that it would not have without us. Who replaces them as well, on the
 * prototype or on a socket, keeps what is written there: it leads to the one that counts.
 */
export const countSends = (socket: object, sender: Sender): void => {
  const known = sockets.get(socket)
  if (known) {
    known.sender = sender
    return
  }
  sockets.set(socket, { sender, calls: 0 })
  for (const name of NAMES) {
    // One of its own, unless it is the only one, is somebody's who calls the prototype's.
    const owner =
      ownerOf(Object.getPrototypeOf(socket) as object | null, name) ?? ownerOf(socket, name)
    if (owner) {
      guard(() => replace(owner, name))
    }
  }
}

/** Where a property of an object comes from. */
export const ownerOf = (object: object | null, name: string): object | undefined => {
  let owner = object
  while (owner && !Object.hasOwn(owner, name)) {
    owner = Object.getPrototypeOf(owner) as object | null
  }
  return owner ?? undefined
}

const replace = (owner: object, name: string): void => {
  const names = replaced.get(owner) ?? new Set()
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)
  const original = descriptor?.value as Method | undefined
  if (typeof original !== 'function' || names.has(name)) {
    return
  }
  replaced.set(owner, names.add(name))
  const method = like(original, function (...args) {
    const sending = sockets.get(this)
    if (!sending) {
      return original.apply(this, args)
    }
    const isOpen = isSending(this)
    const call = ++sending.calls
    const result = original.apply(this, args)
    // One that called another, a subclass's for instance, is not what has sent. Bun says 0 of what it has dropped.
    if (isOpen && result !== 0 && call === sending.calls) {
      guard(() => sending.sender.sent(args[0]))
    }
    return result
  })
  Object.defineProperty(owner, name, { ...descriptor, value: method })
}

/** One that is closing takes messages, and throws them away. */
const isSending = (socket: { readyState?: unknown }): boolean =>
  socket.readyState === undefined || socket.readyState === 1

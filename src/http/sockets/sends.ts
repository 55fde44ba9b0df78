import { guard } from '../../base/guard.ts'
import type { Connection } from './connection.ts'
import { isOurs, like } from './like.ts'

type Method = (this: object, ...args: unknown[]) => unknown

/** Who is told what a socket sends. */
export type Sender = Pick<Connection, 'sent'>

const senders = /* @__PURE__ */ new WeakMap<object, Sender>()

/** Where Bun has several. What is published to a topic is sent by the runtime. */
const NAMES = ['send', 'sendText', 'sendBinary']

/**
 * Tells a connection of what its socket sends, whoever sends it. The methods are replaced where they are, once for all
 * sockets of a kind, so that a socket has nothing that it would not have without us.
 */
export const countSends = (socket: object, sender: Sender): void => {
  senders.set(socket, sender)
  for (const name of NAMES) {
    const owner = ownerOf(socket, name)
    if (owner) {
      guard(() => replace(owner, name))
    }
  }
}

/** Where a property of an object comes from. */
export const ownerOf = (socket: object, name: string): object | undefined => {
  let owner: object | null = socket
  while (owner && !Object.hasOwn(owner, name)) {
    owner = Object.getPrototypeOf(owner) as object | null
  }
  return owner ?? undefined
}

const replace = (owner: object, name: string): void => {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)
  const original = descriptor?.value as Method | undefined
  if (typeof original === 'function' && !isOurs(original)) {
    const method = like(original, function (...args) {
      const sender = senders.get(this)
      const isOpen = !sender || isSending(this)
      const result = original.apply(this, args)
      // Bun says 0 of what it has dropped.
      if (sender && isOpen && result !== 0) {
        guard(() => sender.sent(args[0]))
      }
      return result
    })
    Object.defineProperty(owner, name, { ...descriptor, value: method })
  }
}

/** One that is closing takes messages, and throws them away. */
const isSending = (socket: { readyState?: unknown }): boolean =>
  socket.readyState === undefined || socket.readyState === 1

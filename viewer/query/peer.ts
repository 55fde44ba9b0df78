import { attributeOf, type PackedAttributes, textOf } from '../otlp/value.ts'

/** Who is called, or calls: a service, or what has sent nothing itself. */
export interface MapNode {
  /** Unique: its kind and name. */
  id: string
  name: string
  kind: 'service' | 'database' | 'queue' | 'external' | 'outside'
}

const MAX_LENGTH = 200

/**
 * What a span of a client or producer talks to, by the semantic conventions' current and earlier names:
 * a queue, a database, or another server. Undefined where it does not say.
 */
export function peerOf(attributes: PackedAttributes, isMessaging: boolean): MapNode | undefined {
  const first = (...keys: string[]): string => {
    for (const key of keys) {
      const text = textOf(attributeOf(attributes, key))
      if (text) return text.slice(0, MAX_LENGTH)
    }
    return ''
  }
  const destination = first('messaging.destination.name', 'messaging.destination')
  if (destination) return { id: `queue ${destination}`, name: destination, kind: 'queue' }
  if (isMessaging) return undefined
  const system = first('db.system.name', 'db.system')
  if (system) {
    const namespace = first('db.namespace', 'db.name')
    const name = namespace ? `${system} ${namespace}` : system
    return { id: `database ${name}`, name, kind: 'database' }
  }
  const name = first('service.peer.name', 'peer.service', 'rpc.service') || serverOf(attributes)
  return name ? { id: `external ${name}`, name, kind: 'external' } : undefined
}

/** Ports that an address is said without. */
const USUAL_PORTS = new Set(['', '80', '443'])

/** `host`, or `host:port` where the port says which server of that host is meant. */
function serverOf(attributes: PackedAttributes): string {
  const host = hostOf(attributes)
  const port = textOf(
    attributeOf(attributes, 'server.port') ?? attributeOf(attributes, 'net.peer.port'),
  )
  if (!host || USUAL_PORTS.has(port)) return host
  return `${host.includes(':') ? `[${host}]` : host}:${port.slice(0, 10)}`
}

/** The host that is called; '' where the span does not say. */
export function hostOf(attributes: PackedAttributes): string {
  const host = attributeOf(attributes, 'server.address') ?? attributeOf(attributes, 'net.peer.name')
  return textOf(host).slice(0, MAX_LENGTH)
}

import type { Attributes, Context, Link } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { atOnce, isThenable } from '../../base/thenable.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { isTracingSuppressed } from '../../context/suppress.ts'
import { currentTelemetry } from '../../telemetry/log-core.ts'
import { objectOf } from '../genai/json.ts'
import { isTrusted } from '../inbound.ts'
import { currentRequest } from '../request-scope.ts'
import type { KnownNames } from './known-names.ts'
import {
  cancelled,
  idOf,
  isAnswer,
  isRequest,
  type Message,
  metaOf,
  methodOf,
  paramsOf,
  uriOf,
  versionOf,
} from './messages.ts'
import { measureSession } from './metrics.ts'
import { type Described, Operation } from './operation.ts'
import type { McpExtra, McpOptions } from './options.ts'
import { readParent, type Trust, withTraceIn } from './trace-context.ts'

/** Requests of one side that wait for an answer. Beyond it the oldest ends. */
const MAX_OPEN = 1000

/** What only servers ask, and either side. Who asks anything else is the client, until the connection ends. */
const ANY_SIDE = /^(?:elicitation|ping|roots|sampling|tasks)(?:\/|$)/

/** What a transport is, of both major versions of the SDK. */
export interface Transport {
  sessionId?: string | undefined
  onmessage?: ((message: Message, extra?: McpExtra) => void) | undefined
  onclose?: (() => void) | undefined
  start(): Promise<void>
  send(message: Message, options?: unknown): Promise<void>
}

/** One connection, as its transport sees it: requests go both ways. */
export class Connection {
  readonly #transport: Transport
  readonly #options: McpOptions
  readonly #names: KnownNames
  readonly #sent = new Map<unknown, Operation>()
  readonly #received = new Map<unknown, Operation>()
  readonly #startedMs: number = performance.now()
  #isServer: boolean
  #version: string | undefined
  #isHttp = false

  constructor(transport: Transport, options: McpOptions, names: KnownNames, isServer: boolean) {
    this.#transport = transport
    this.#options = options
    this.#names = names
    this.#isServer = isServer
  }

  /** A message has come in. */
  receive(message: Message, extra: McpExtra | undefined, handle: () => void): void {
    const operation = guard(() => this.#receive(message, extra))
    if (operation) {
      runWithContext(operation.context, handle)
    } else {
      handle()
    }
  }

  #receive(message: Message, extra: McpExtra | undefined): Operation | undefined {
    this.#isHttp ||= extra?.requestInfo !== undefined || extra?.request !== undefined
    if (isAnswer(message)) {
      this.#answer(this.#sent, message)
    } else if (isRequest(message)) {
      const ambient = activeContext()
      return isTracingSuppressed(ambient) ? undefined : this.#begin(message, extra, ambient)
    } else {
      this.#cancel(this.#received, cancelled(message))
    }
    return undefined
  }

  #begin(message: Message, extra: McpExtra | undefined, ambient: Context): Operation {
    const propagator = currentTelemetry()?.propagator
    const { parent, links } = propagator
      ? readParent(propagator, message, ambient, () => this.#trust(extra, ambient))
      : { parent: ambient, links: [] }
    const attributes = this.#attributes(message)
    if (message.method === 'initialize') {
      const client = objectOf(paramsOf(message).clientInfo)
      attributes['hono.mcp.client.name'] = idOf(client.name)
      attributes['hono.mcp.client.version'] = idOf(client.version)
    }
    attributes['mcp.protocol.version'] =
      this.#version ??
      versionOf(extra?.requestInfo?.headers?.['mcp-protocol-version']) ??
      versionOf(metaOf(message)['io.modelcontextprotocol/protocolVersion'])
    const operation = new Operation(message, this.#describe(true, attributes, links), parent)
    keep(this.#received, message.id, operation)
    return operation
  }

  /** A message is about to be sent. */
  send(
    message: Message,
    options: unknown,
    call: (message: Message, options: unknown) => Promise<void>,
  ): Promise<void> {
    if (!isRequest(message)) {
      guard(() => {
        if (isAnswer(message)) {
          this.#answer(this.#received, message)
        } else {
          this.#cancel(this.#sent, cancelled(message))
        }
      })
      return call(message, options)
    }
    const ambient = activeContext()
    const begun = isTracingSuppressed(ambient)
      ? undefined
      : guard(() => this.#beginSent(message, ambient))
    if (!begun) {
      return call(message, options)
    }
    const { operation, sent } = begun
    const fail = (error: unknown): never => {
      this.#sent.delete(message.id)
      operation.failed(error)
      throw error
    }
    let sending: Promise<void>
    try {
      sending = runWithContext(operation.context, () => call(sent, options))
    } catch (error) {
      return fail(error)
    }
    return isThenable(sending) ? (sending.then(undefined, fail) as Promise<void>) : sending
  }

  #beginSent(message: Message, ambient: Context): { operation: Operation; sent: Message } {
    this.#isServer &&= ANY_SIDE.test(String(message.method))
    const attributes = this.#attributes(message)
    attributes['mcp.protocol.version'] = this.#version
    const operation = new Operation(message, this.#describe(false, attributes, []), ambient)
    keep(this.#sent, message.id, operation)
    const propagator = currentTelemetry()?.propagator
    const sent =
      (propagator &&
        this.#tells(ambient) &&
        guard(() => withTraceIn(propagator, message, operation.context))) ||
      message
    return { operation, sent }
  }

  close(): void {
    for (const open of [this.#sent, this.#received]) {
      for (const operation of open.values()) {
        operation.abandoned()
      }
      open.clear()
    }
    if (this.#transport.sessionId !== undefined) {
      measureSession(
        this.#isServer,
        { 'mcp.protocol.version': this.#version, ...this.#network() },
        performance.now() - this.#startedMs,
      )
    }
  }

  #answer(open: Map<unknown, Operation>, message: Message): void {
    const operation = open.get(message.id)
    if (!operation) {
      return
    }
    open.delete(message.id)
    if (operation.method === 'initialize') {
      this.#version = versionOf(objectOf(message.result).protocolVersion)
      operation.set({ 'mcp.protocol.version': this.#version, ...this.#session() })
    }
    operation.answered(message)
  }

  #cancel(open: Map<unknown, Operation>, id: unknown): void {
    const operation = open.get(id)
    if (id !== undefined && operation) {
      open.delete(id)
      operation.cancelled()
    }
  }

  #trust(extra: McpExtra | undefined, ambient: Context): Trust {
    const { trustInbound } = this.#options
    if (trustInbound !== undefined) {
      const isBelieved =
        typeof trustInbound === 'function'
          ? guard(() => atOnce(trustInbound(extra ?? {})))
          : trustInbound
      return isBelieved === true ? 'baggage' : 'none'
    }
    if (!this.#isServer) {
      // Whom the app has called writes to it: what is known of the app's own caller is not known of that one.
      return 'none'
    }
    const scope = currentRequest(ambient)
    const http = (scope?.telemetry ?? currentTelemetry())?.config.http
    const isBelieved =
      !http || http.trustInbound === true || (!!scope?.request && isTrusted(http, scope.request))
    return isBelieved ? 'trace' : 'none'
  }

  /** Whether the other side is told the trace: as `traces.propagateTo` says of its URL, unless this connection has its own. */
  #tells(ambient: Context): boolean {
    const { propagate } = this.#options
    const telemetry = currentRequest(ambient)?.telemetry ?? currentTelemetry()
    const propagateTo = telemetry?.config.traces.propagateTo ?? 'all'
    if (propagate !== undefined || propagateTo === 'all') {
      return propagate !== false
    }
    const { _url: url } = this.#transport as { readonly _url?: unknown }
    return url instanceof URL && propagateTo(url)
  }

  #describe(isReceived: boolean, attributes: Attributes, links: Link[]): Described {
    const content = this.#options.content === true
    return { isReceived, attributes, links, names: this.#names, content }
  }

  #attributes(message: Message): Attributes {
    return {
      'jsonrpc.request.id': idOf(message.id),
      'mcp.resource.uri': methodOf(message).startsWith('resources/')
        ? uriOf(paramsOf(message).uri)
        : undefined,
      ...this.#session(),
      ...this.#network(),
    }
  }

  #session(): Attributes {
    const { sessionId } = this.#transport
    return this.#options.sessionId !== true || sessionId === undefined
      ? {}
      : { 'mcp.session.id': idOf(sessionId) }
  }

  #network(): Attributes {
    return this.#isHttp ? { 'network.protocol.name': 'http', 'network.transport': 'tcp' } : {}
  }
}

const keep = (open: Map<unknown, Operation>, id: unknown, operation: Operation): void => {
  // An id that is used again: the first one's answer cannot be told apart.
  open.get(id)?.abandoned()
  open.delete(id)
  if (open.size >= MAX_OPEN) {
    const [oldest] = open.keys()
    open.get(oldest)?.abandoned()
    open.delete(oldest)
  }
  open.set(id, operation)
}

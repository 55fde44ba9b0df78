import { createHmac } from 'node:crypto'
import { vi } from 'vitest'
import { json } from '../../../../src/export/json/json.ts'
import type { OtlpExporter } from '../../../../src/export/otlp/exporter.ts'
import type { Payload } from '../../../../src/export/otlp/payload.ts'
import type { Answer } from '../../../../src/export/outcome.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import type { Spill } from '../../../../src/export/pipeline/spill.ts'
import { BATCH, numberQueue } from '../pipeline/support.ts'

export const ACCEPTED: Answer = { kind: 'accepted', rejected: 0 }
export const AWAY: Answer = { kind: 'retry', reason: 'http_503', ambiguous: false }

/** The same signatures as `crypto.subtle` makes, but at once: its threads take real time, which no fake timer knows. */
export const signAtOnce = (): void => {
  const hmac = (key: CryptoKey, data: BufferSource): Buffer =>
    createHmac('sha256', key as unknown as Uint8Array)
      .update(data as Uint8Array)
      .digest()
  const { subtle } = crypto
  vi.spyOn(subtle, 'importKey').mockImplementation(
    (async (_format: string, key: Uint8Array) => key) as never,
  )
  vi.spyOn(subtle, 'sign').mockImplementation(
    async (_algorithm, key, data) => new Uint8Array(hmac(key, data)).buffer,
  )
  vi.spyOn(subtle, 'verify').mockImplementation(async (_algorithm, key, mac, data) =>
    hmac(key, data).equals(mac as Uint8Array),
  )
}

/** One export request. */
export interface Sent {
  readonly atMs: number
  readonly records: number[]
  readonly key: string | undefined
  readonly contentType: string
}

/** What isolates share: a receiver, which answers as told, and what it was sent. */
export class Receiver {
  outcome: Answer = ACCEPTED
  /** How long each answer takes. */
  answerMs = 0
  readonly sent: Sent[] = []

  /** Records of requests that it accepted. */
  readonly taken: number[] = []

  async take({ body, contentType, idempotencyKey }: Payload): Promise<Answer> {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
    const records = JSON.parse(text.trim()) as number[]
    this.sent.push({ atMs: Date.now(), records, key: idempotencyKey, contentType })
    if (this.answerMs) {
      await new Promise((resolve) => setTimeout(resolve, this.answerMs))
    }
    const { outcome } = this
    if (outcome.kind === 'accepted') {
      this.taken.push(...records)
    }
    return outcome
  }
}

/** An isolate with one destination: records in, and what became of them. */
export const startIsolate = (
  spill: Spill,
  receiver: Receiver,
  env: unknown,
  { padding = '', contentType = json.contentType, changes = {} } = {},
) => {
  const drops: string[] = []
  const exporter: OtlpExporter<number> = {
    receiver: 'collector',
    attributes: {},
    timeoutMs: 1000,
    seal(records) {
      const body = `${JSON.stringify(records)}${padding}`
      return { body, bytes: body.length, contentType, count: records.length }
    },
    export: (payload) => receiver.take(payload),
  }
  const queue = numberQueue('traces', {
    exporter,
    spill: (own) =>
      spill.open({
        queue: own as unknown as Queue,
        exporter: exporter as unknown as OtlpExporter,
        scope: 'shop/collector/0/traces',
        secrets: ['x-own: yes\n'],
        takesGzip: false,
        ...changes,
      }),
    maxBatchSize: 4,
    maxQueueSize: 100,
    maxAttempts: 12,
    onDrop: (reason, count) => drops.push(`${reason}:${count}`),
  })
  const pipeline = new Pipeline([queue as unknown as Queue], queue.drain ? [queue.drain] : [], {
    ...BATCH,
    maxBatchSize: 4,
    maxQueueSize: 100,
  })
  return {
    queue,
    drops,
    receiver,
    request(record: number): void {
      pipeline.open()
      queue.add(record, 10)
      void pipeline.afterRequest(env)
    },
  }
}

/** As much of an R2 bucket as is used, with its conditional writes. */
export class Bucket {
  readonly objects: Map<
    string,
    { body: Uint8Array; etag: string; uploaded: Date; options: Record<string, unknown> }
  > = new Map()
  readonly calls: Record<string, number> = {}
  isBroken = false
  /** How long each call takes, before its effect. */
  callMs = 0
  #etags = 0

  async #call(name: string): Promise<void> {
    this.calls[name] = (this.calls[name] ?? 0) + 1
    if (this.callMs) {
      await new Promise((resolve) => setTimeout(resolve, this.callMs))
    }
    if (this.isBroken) {
      throw new Error('R2 is away')
    }
  }

  /** Keys of batches, without those of leases. */
  get keys(): string[] {
    return [...this.objects.keys()].filter((key) => !key.endsWith('.lease')).sort()
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: {
      onlyIf?: { etagMatches?: string; etagDoesNotMatch?: string }
    } & Record<string, unknown>,
  ): Promise<object | null> {
    await this.#call('put')
    const { etagMatches, etagDoesNotMatch } = options.onlyIf ?? {}
    const before = this.objects.get(key)
    if (
      (etagMatches !== undefined && before?.etag !== etagMatches) ||
      (etagDoesNotMatch === '*' && before)
    ) {
      return null
    }
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    const object = { body: bytes, etag: String(++this.#etags), uploaded: new Date(), options }
    this.objects.set(key, object)
    return { ...object, ...options }
  }

  async head(key: string): Promise<object | null> {
    await this.#call('head')
    return this.objects.get(key) ?? null
  }

  async get(key: string): Promise<object | null> {
    await this.#call('get')
    const object = this.objects.get(key)
    return object
      ? {
          ...object,
          ...object.options,
          size: object.body.length,
          body: new Response('').body,
          arrayBuffer: async () => object.body.slice().buffer,
        }
      : null
  }

  async list({
    prefix,
    limit,
    cursor = '',
  }: {
    prefix: string
    limit: number
    cursor?: string
  }): Promise<object> {
    await this.#call('list')
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > cursor)
      .sort()
    const page = keys.slice(0, limit)
    return {
      objects: page.map((key) => ({ key })),
      ...(keys.length > limit && { cursor: page.at(-1) }),
    }
  }

  async delete(key: string): Promise<void> {
    await this.#call('delete')
    this.objects.delete(key)
  }
}

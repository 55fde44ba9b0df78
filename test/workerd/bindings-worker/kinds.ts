/** The bindings that are neither data stores nor other Workers. */
export interface KindsEnv {
  FLOW: Workflow
  IMAGES: ImagesBinding
  LIMIT: RateLimit
  MAIL: SendEmail
  AE: AnalyticsEngineDataset
  AI: Ai
  INDEX: Vectorize
  BROWSER: Fetcher
  HYPERDRIVE: Hyperdrive
  DISPATCH: DispatchNamespace
  VERSION: object
}

const PIXEL = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ),
  (char) => char.charCodeAt(0),
)

const pixel = (): ReadableStream<Uint8Array> => new Blob([PIXEL]).stream()

const messageOf = (error: unknown): string =>
  `${(error as Error).name}: ${(error as Error).message}`

const settled = async (instance: WorkflowInstance): Promise<unknown> => {
  for (;;) {
    const { status, output } = await instance.status()
    if (status !== 'queued' && status !== 'running') {
      return [status, output]
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

type Case = (env: KindsEnv) => unknown

export const KINDS: Readonly<Record<string, Case>> = {
  workflow: async ({ FLOW }) => {
    const created = await FLOW.create({ params: { order: 7 } })
    const found = await FLOW.get(created.id)
    return [Object.keys(created), await settled(found)]
  },
  workflowBatch: async ({ FLOW }) => {
    const instances = await FLOW.createBatch([{ params: 'a' }, { params: 'b' }])
    return Promise.all(instances.map(settled))
  },
  workflowFails: async ({ FLOW }) => FLOW.get('no such instance').then(String, messageOf),
  images: async ({ IMAGES }) => {
    const transformer = IMAGES.input(pixel())
    const isItself = transformer.transform({ width: 2 }) === transformer
    transformer.draw(IMAGES.input(pixel()).transform({ width: 1 }))
    const result = await transformer.output({ format: 'image/webp' })
    const bytes = await result.response().arrayBuffer()
    return [isItself, result.contentType(), bytes.byteLength > 0, await IMAGES.info(pixel())]
  },
  rateLimit: async ({ LIMIT }) => {
    const key = crypto.randomUUID()
    const outcomes = [
      await LIMIT.limit({ key }),
      await LIMIT.limit({ key }),
      await LIMIT.limit({ key }),
    ]
    return outcomes.map(({ success }) => success)
  },
  email: async ({ MAIL }) => {
    const { messageId } = await MAIL.send({
      from: 'secret-sender@example.com',
      to: 'secret-recipient@example.com',
      subject: 'secret subject',
      text: 'secret text',
    })
    return typeof messageId
  },
  analytics: ({ AE }) => [
    AE.writeDataPoint({ blobs: ['a'] }) ?? 'nothing',
    AE.writeDataPoint() ?? 'nothing',
    AE.writeDataPoint({ doubles: [1], indexes: ['i'] }) ?? 'nothing',
  ],
  ai: ({ AI }) =>
    (AI as unknown as { run(model: string, inputs: object): Promise<unknown> })
      .run('@cf/test/model', { messages: [{ role: 'user', content: 'secret' }] })
      .then(String, messageOf),
  vectorize: ({ INDEX }) => INDEX.query([1, 2, 3], { topK: 2 }).then(String, messageOf),
  browser: async ({ BROWSER }) => (await BROWSER.fetch('http://browser.test/nowhere')).status,
  dispatch: async ({ DISPATCH }) => {
    try {
      return (await DISPATCH.get('tenant').fetch('http://tenant.test/')).status
    } catch (error) {
      return messageOf(error)
    }
  },
  untouched: ({ HYPERDRIVE, VERSION }) => [
    HYPERDRIVE.connectionString.startsWith('postgres://user:'),
    HYPERDRIVE.user,
    HYPERDRIVE.password,
    HYPERDRIVE.database,
    typeof HYPERDRIVE.connect,
    Object.keys(VERSION),
  ],
}

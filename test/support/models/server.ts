/**
 * The HTTP APIs of OpenAI and Anthropic, as far as they are documented for what is asked here: chat completions,
 * responses, embeddings and messages, at once or as a stream of events, each event in pieces of its own.
 */
export const answerAsModel = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url)
  const asked = (await request.json()) as Asked
  const last = JSON.stringify(asked.messages?.at(-1) ?? asked.input ?? '')
  if (last.includes('fail')) {
    return Response.json(
      { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } },
      { status: 429, headers: { 'x-should-retry': 'false' } },
    )
  }
  const events = asked.stream && STREAMS[pathname]?.(asked, last.includes('overload'))
  const body = events ? undefined : BODIES[pathname]?.(asked)
  if (events) {
    return new Response(inPieces(events.join('')), {
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    })
  }
  return body
    ? Response.json(body, { headers: { 'x-request-id': 'req_1' } })
    : Response.json({ error: { message: 'Not found', type: 'not_found_error' } }, { status: 404 })
}

interface Asked {
  readonly model: string
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly messages?: readonly unknown[]
  readonly tools?: readonly unknown[]
  readonly input?: unknown
}

/** Cut where no event ends, and within a character of several bytes. */
const inPieces = (text: string): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      // A tick of the clock, as between what a network brings.
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (at >= bytes.length) {
        controller.close()
        controller.byobRequest?.respond(0)
        return
      }
      controller.enqueue(bytes.slice(at, at + 97))
      at += 97
    },
  })
}

const USAGE = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 },
}

const COMPLETION = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  created: 1741569952,
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
}

const responseOf = (model: string, status: string) => ({
  id: 'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
  object: 'response',
  created_at: 1741476542,
  status,
  error: null,
  incomplete_details: null,
  model: `${model}-2026-04-14`,
  output: status === 'completed' ? OUTPUT : [],
  usage:
    status === 'completed'
      ? {
          input_tokens: 36,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 87,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 123,
        }
      : null,
})

const OUTPUT = [
  {
    type: 'message',
    id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b',
    status: 'completed',
    role: 'assistant',
    content: [
      { type: 'output_text', text: 'In a peaceful grove … "usage":{"x":1}', annotations: [] },
    ],
  },
]

const messageOf = (model: string) => ({
  id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
})

const BODIES: Record<string, (asked: Asked) => unknown> = {
  '/v1/chat/completions': ({ model, tools }) => ({
    ...COMPLETION,
    object: 'chat.completion',
    model: `${model}-2026-04-14`,
    choices: [
      {
        index: 0,
        message: tools
          ? {
              role: 'assistant',
              content: null,
              tool_calls: [
                {
                  id: 'call_abc',
                  type: 'function',
                  function: { name: 'stock', arguments: '{"sku":"tea"}' },
                },
              ],
            }
          : { role: 'assistant', content: 'Hello! "usage": {"prompt_tokens": 99}' },
        logprobs: null,
        finish_reason: tools ? 'tool_calls' : 'stop',
      },
    ],
    usage: USAGE,
  }),
  '/v1/responses': ({ model }) => responseOf(model, 'completed'),
  '/v1/embeddings': ({ model }) => ({
    object: 'list',
    data: [{ object: 'embedding', embedding: [0.0023, -0.0093], index: 0 }],
    model,
    usage: { prompt_tokens: 8, total_tokens: 8 },
  }),
  '/v1/messages': ({ model }) => ({
    ...messageOf(model),
    content: [{ type: 'text', text: 'Hi! My name is Claude.' }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 25,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 2,
      output_tokens: 15,
    },
  }),
}

const data = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`

const named = (event: { readonly type: string }): string => `event: ${event.type}\n${data(event)}`

const STREAMS: Record<string, (asked: Asked, fails: boolean) => string[]> = {
  '/v1/chat/completions': ({ model, stream_options }) => {
    const chunk = (more: object) =>
      data({
        ...COMPLETION,
        object: 'chat.completion.chunk',
        model: `${model}-2026-04-14`,
        ...more,
      })
    const usage = stream_options?.include_usage ? { usage: null } : {}
    const choice = (delta: object, finish_reason: string | null = null) =>
      chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...usage })
    return [
      choice({ role: 'assistant', content: '' }),
      choice({ content: 'Grüße, "usage":{"prompt_tokens":99}' }),
      choice({ content: ' 🌍' }),
      choice({}, 'stop'),
      ...(stream_options?.include_usage ? [chunk({ choices: [], usage: USAGE })] : []),
      'data: [DONE]\n\n',
    ]
  },
  '/v1/responses': ({ model }) => [
    named({
      type: 'response.created',
      sequence_number: 0,
      response: responseOf(model, 'in_progress'),
    } as never),
    named({
      type: 'response.output_text.delta',
      sequence_number: 1,
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: 'In a',
    } as never),
    named({
      type: 'response.completed',
      sequence_number: 2,
      response: responseOf(model, 'completed'),
    } as never),
  ],
  '/v1/messages': ({ model }, fails) => [
    named({
      type: 'message_start',
      message: {
        ...messageOf(model),
        content: [],
        stop_reason: null,
        usage: { input_tokens: 25, cache_read_input_tokens: 5, output_tokens: 1 },
      },
    } as never),
    named({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'text', text: '' },
    } as never),
    named({ type: 'ping' }),
    named({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 'Hel' },
    } as never),
    ...(fails
      ? [
          named({
            type: 'error',
            error: { type: 'overloaded_error', message: 'Overloaded' },
          } as never),
        ]
      : [
          named({
            type: 'content_block_delta',
            index: 0,
            delta: { type: 'text_delta', text: 'lo "stop_reason":"x"' },
          } as never),
          named({ type: 'content_block_stop', index: 0 } as never),
          named({
            type: 'message_delta',
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: { output_tokens: 15 },
          } as never),
          named({ type: 'message_stop' }),
        ]),
  ],
}

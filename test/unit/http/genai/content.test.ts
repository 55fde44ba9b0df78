import { expect, it } from 'vitest'
import {
  AnswerText,
  inputMessages,
  systemInstructions,
} from '../../../../src/http/genai/content.ts'

const parsed = (text: string | undefined): unknown => JSON.parse(text ?? 'null')

it.each<[string, object, unknown, unknown]>([
  [
    'chat completions',
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ type: 'function', function: { name: 'f' } }],
        },
        { role: 'tool', tool_call_id: 'x', content: '7' },
      ],
    },
    [
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'assistant', parts: [{ type: 'function', name: 'f' }] },
      { role: 'tool', parts: [{ type: 'text', content: '7' }] },
    ],
    null,
  ],
  [
    'responses',
    {
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
        { type: 'function_call_output', call_id: 'x', output: '7' },
      ],
    },
    [
      { role: 'user', parts: [{ type: 'text', content: 'hi' }] },
      { role: 'tool', parts: [] },
    ],
    [{ type: 'text', content: 'Be brief.' }],
  ],
  [
    'Gemini',
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'hi' }, { functionCall: { name: 'f' } }] }],
    },
    [
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'hi' },
          { type: 'tool_call', name: 'f' },
        ],
      },
    ],
    [{ type: 'text', content: 'Be brief.' }],
  ],
  ['a text', { input: 'hi' }, [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }], null],
  ['nothing', {}, null, null],
  ['no messages', { messages: 7, system: {} }, null, null],
])('what %s ask has the form of the conventions', (_, body, messages, system) => {
  expect(parsed(inputMessages(body as never))).toEqual(messages)
  expect(parsed(systemInstructions(body as never))).toEqual(system)
})

it('is no more than 8192 characters of text, of all messages together', () => {
  const content = 'x'.repeat(5000)
  const messages = Array.from({ length: 1000 }, () => ({ role: 'user', content }))
  const told = parsed(inputMessages({ messages })) as { parts: { content: string }[] }[]
  expect(told.map(({ parts }) => parts[0]?.content.length)).toEqual([5000, 3192])
  const answer = new AnswerText()
  for (let i = 0; i < 100; i++) {
    answer.read({ choices: [{ delta: { content } }] })
  }
  const [{ parts }] = parsed(answer.messages('stop')) as [{ parts: { content: string }[] }]
  expect(parts[0]?.content).toHaveLength(8192)
})

it('a Gemini’s answer is its texts', () => {
  const answer = new AnswerText()
  answer.read([
    { candidates: [{ content: { parts: [{ text: 'a' }] } }] },
    { candidates: [{ content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' }] },
  ])
  expect(parsed(answer.messages('STOP'))).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: 'ab' }], finish_reason: 'STOP' },
  ])
})

it('is no more than 256 messages and parts, however short they are', () => {
  let reads = 0
  const many = <T>(one: T): T[] =>
    new Proxy(
      Array.from({ length: 350_000 }, () => one),
      {
        get(target, key) {
          reads++
          return Reflect.get(target, key) as unknown
        },
      },
    )
  const empty = parsed(inputMessages({ messages: many({ content: '' }) })) as unknown[]
  expect(empty).toHaveLength(128)
  const [{ parts }] = parsed(
    inputMessages({ messages: [{ content: many({ type: 'image_url' }) }] }),
  ) as [{ parts: unknown[] }]
  expect(parts).toHaveLength(255)
  expect(parsed(inputMessages({ messages: many({}) }))).toHaveLength(256)
  expect(parsed(systemInstructions({ system: many('') }))).toHaveLength(256)
  expect(reads).toBeLessThan(5000)
})

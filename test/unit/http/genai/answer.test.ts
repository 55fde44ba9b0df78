import { expect, it } from 'vitest'
import { Answer } from '../../../../src/http/genai/answer.ts'

const read = (...events: unknown[]): object => {
  const answer = new Answer()
  for (const event of events) {
    answer.read(event)
  }
  return answer.attributes(false)
}

it('of Gemini, thoughts are part of the output, and its stream may be one list', () => {
  const chunk = (more: object, tokens: object) => ({
    candidates: [{ content: { parts: [{ text: 'a' }] }, index: 0, ...more }],
    usageMetadata: { promptTokenCount: 8, cachedContentTokenCount: 3, ...tokens },
    modelVersion: 'gemini-3-flash',
    responseId: 'r1',
  })
  const told = {
    'gen_ai.response.id': 'r1',
    'gen_ai.response.model': 'gemini-3-flash',
    'gen_ai.response.finish_reasons': ['STOP'],
    'gen_ai.usage.input_tokens': 8,
    'gen_ai.usage.output_tokens': 30,
    'gen_ai.usage.cache_read.input_tokens': 3,
    'gen_ai.usage.reasoning.output_tokens': 20,
  }
  const events = [
    chunk({}, { candidatesTokenCount: 4, thoughtsTokenCount: 20 }),
    chunk({ finishReason: 'STOP' }, { candidatesTokenCount: 10, thoughtsTokenCount: 20 }),
  ]
  expect(read(...events)).toEqual(told)
  expect(read(events)).toEqual(told)
})

it('of Anthropic, the last usage is not added to the first, and what the cache held stays', () => {
  expect(
    read(
      {
        type: 'message_start',
        message: {
          id: 'm',
          model: 'c',
          usage: { input_tokens: 25, cache_read_input_tokens: 5, output_tokens: 1 },
        },
      },
      {
        type: 'message_delta',
        delta: { stop_reason: 'max_tokens' },
        usage: { input_tokens: 25, output_tokens: 15 },
      },
    ),
  ).toMatchObject({
    'gen_ai.usage.input_tokens': 30,
    'gen_ai.usage.output_tokens': 15,
    'gen_ai.response.finish_reasons': ['max_tokens'],
  })
})

it('a response that was cut says by what', () => {
  expect(
    read({
      type: 'response.incomplete',
      response: {
        id: 'r',
        object: 'response',
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      },
    }),
  ).toMatchObject({ 'gen_ai.response.finish_reasons': ['max_output_tokens'] })
})

it.each<[string, unknown, string]>([
  ['a failed response', { type: 'response.failed', response: { error: { code: 'server_error' } } }, 'server_error'],
  ['an event of the Responses API', { type: 'error', code: 'rate_limit', message: 'x' }, 'rate_limit'],
  ['a chunk of a completion', { error: { message: 'x', type: 'server_error', code: null } }, 'server_error'],
  ['an event of Anthropic', { type: 'error', error: { type: 'overloaded_error' } }, 'overloaded_error'],
  ['an error without a name', { type: 'error' }, 'error'],
])('%s has an error', (_, event, type) => {
  expect(read(event)).toMatchObject({ 'error.type': type })
}) // biome-ignore format: one line each

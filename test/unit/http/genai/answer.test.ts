import { describe, expect, it } from 'vitest'
import { readUsage } from '../../../../src/bindings/ai-stream.ts'
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

describe('what is counted apart, and what is not', () => {
  const counts = (usage: object, more: object = { usage }) => {
    const answer = new Answer()
    answer.read({ id: 'x', ...more })
    return [answer.input, answer.output]
  }

  it.each<[string, object, (number | undefined)[]]>([
    ['OpenAI', { prompt_tokens: 120, completion_tokens: 100, total_tokens: 220, prompt_tokens_details: { cached_tokens: 80 }, completion_tokens_details: { reasoning_tokens: 94 } }, [120, 100]],
    ['OpenAI’s responses', { input_tokens: 120, output_tokens: 100, total_tokens: 220, input_tokens_details: { cached_tokens: 80 }, output_tokens_details: { reasoning_tokens: 94 } }, [120, 100]],
    ['Anthropic', { input_tokens: 20, cache_read_input_tokens: 80, cache_creation_input_tokens: 20, output_tokens: 9 }, [120, 9]],
    ['LiteLLM', { prompt_tokens: 120, completion_tokens: 9, total_tokens: 129, prompt_tokens_details: { cached_tokens: 80 }, cache_read_input_tokens: 80, cache_creation_input_tokens: 20 }, [120, 9]],
    ['LiteLLM’s responses', { input_tokens: 120, output_tokens: 9, input_tokens_details: { cached_tokens: 80 }, cache_read_input_tokens: 80, cache_creation_input_tokens: 20 }, [120, 9]],
    ['xAI', { prompt_tokens: 32, completion_tokens: 9, total_tokens: 135, completion_tokens_details: { reasoning_tokens: 94 } }, [32, 103]],
    ['xAI without thoughts', { prompt_tokens: 32, completion_tokens: 9, total_tokens: 41, completion_tokens_details: { reasoning_tokens: 0 } }, [32, 9]],
    ['a total that tells nothing', { prompt_tokens: 32, completion_tokens: 9, total_tokens: 7, completion_tokens_details: { reasoning_tokens: 4 } }, [32, 9]],
  ])('%s', (_, usage, expected) => {
    expect(counts(usage)).toEqual(expected)
  }) // biome-ignore format: one line each

  it('of Gemini, what tools gave is input, and of Groq’s streams usage is its own', () => {
    const usageMetadata = {
      promptTokenCount: 10,
      toolUsePromptTokenCount: 500,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 3,
      totalTokenCount: 518,
    }
    expect(counts({}, { usageMetadata })).toEqual([510, 8])
    const usage = { prompt_tokens: 1, completion_tokens: 2 }
    expect(counts({}, { x_groq: { id: 'x', usage }, choices: [] })).toEqual([1, 2])
  })

  it.each([-5, 1.5, Number.MAX_VALUE, '7', null, {}])('%j counts nothing', (wrong) => {
    expect(counts({ prompt_tokens: wrong, completion_tokens: wrong })).toEqual([
      undefined,
      undefined,
    ])
    expect(counts({ input_tokens: 5, cache_read_input_tokens: wrong, output_tokens: 7 })).toEqual([
      5, 7,
    ])
    expect(readUsage({ prompt_tokens: wrong, completion_tokens: 7 })).toEqual([undefined, 7])
  })
})

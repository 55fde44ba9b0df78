import { genai } from 'hono-observability/genai'
import { describe, expect, it } from 'vitest'
import { recognise } from '../../../../src/http/genai/providers.ts'

it.each<[string, string, string, string?]>([
  ['https://api.openai.com/v1/chat/completions', 'openai', 'chat_completions'],
  ['https://api.openai.com/v1/responses', 'openai', 'responses'],
  ['https://api.openai.com/v1/embeddings', 'openai', 'embeddings'],
  ['https://api.openai.com/v1/completions', 'openai', 'completions'],
  ['https://api.anthropic.com/v1/messages', 'anthropic', 'messages'],
  [
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-3:streamGenerateContent?alt=sse',
    'gcp.gemini',
    'generate_content',
    'gemini-3',
  ],
  [
    'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/g:generateContent',
    'gcp.vertex_ai',
    'generate_content',
    'g',
  ],
  [
    'https://shop.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
    'azure.ai.openai',
    'chat_completions',
  ],
  ['https://api.groq.com/openai/v1/chat/completions', 'groq', 'chat_completions'],
  [
    'https://api.cloudflare.com/client/v4/accounts/a/ai/v1/chat/completions',
    'cloudflare.workers_ai',
    'chat_completions',
  ],
  [
    'https://gateway.ai.cloudflare.com/v1/a/g/openai/chat/completions',
    'openai',
    'chat_completions',
  ],
  ['https://gateway.ai.cloudflare.com/v1/a/g/anthropic/v1/messages', 'anthropic', 'messages'],
  [
    'https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions',
    'cloudflare.ai_gateway',
    'chat_completions',
  ],
  ['http://localhost:11434/v1/chat/completions', 'ollama', 'chat_completions'],
  ['http://localhost:11434/messages', 'ollama', 'messages'],
  ['https://eu.api.openai.com/v1/responses', 'openai', 'responses'],
  ['https://openrouter.ai/api/v1/chat/completions', 'openrouter', 'chat_completions'],
  ['https://api.deepseek.com/anthropic/v1/messages', 'deepseek', 'messages'],
  ['https://api.deepseek.com/chat/completions', 'deepseek', 'chat_completions'],
  [
    'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
    'gcp.gemini',
    'chat_completions',
  ],
  ['https://shop.openai.azure.com/openai/v1/responses', 'azure.ai.openai', 'responses'],
])('%s asks %s by %s', (url, provider, api, model) => {
  expect(recognise(new URL(url), { 'localhost:11434': 'ollama' })).toEqual({
    provider,
    api,
    ...(model && { model }),
  })
})

it.each([
  'https://api.openai.com/v1/models',
  'https://api.openai.com/v1/threads/t/messages',
  'https://shop.openai.azure.com/openai/threads/t/messages',
  'https://shop.services.ai.azure.com/api/projects/p/threads/t/messages',
  'https://api.cloudflare.com/client/v4/accounts/a/queues/q/messages',
  'https://api.cloudflare.com/client/v4/accounts/a/x/responses',
  'http://localhost:11434/threads/v1/t/messages',
  'https://my-openrouter.ai/chat/completions',
  'https://my-api.openai.com/v1/chat/completions',
  'https://api.openai.com/v1/files',
  'https://notapi.openai.com.evil.test/v1/responses',
  'https://evilapi.openai.com/v1/responses',
  'https://api.anthropic.com/v1/messages/count_tokens',
  'https://generativelanguage.googleapis.com/v1beta/models/g:constructor',
  'https://shop.test/chat/completions',
  'https://constructor/chat/completions',
])('%s asks no model that is known', (url) => {
  expect(recognise(new URL(url), { 'localhost:11434': 'ollama' })).toBeUndefined()
})

describe('an option that is wrong', () => {
  it.each([
    [{ content: 'yes' }, 'Cannot trace models: `content` must be true or false, received string'],
    [
      { hosts: { 'https://llm.internal': 'x' } },
      'Cannot trace models: `hosts` must be providers by hosts like `llm.internal:8080`, received https://llm.internal: x',
    ],
    [
      { hosts: { 'llm.internal': '' } },
      'Cannot trace models: `hosts` must be providers by hosts like `llm.internal:8080`, received llm.internal: ',
    ],
  ])('is refused: %j', (options, message) => {
    expect(() => genai(options as never)).toThrow(new TypeError(message))
  })
})

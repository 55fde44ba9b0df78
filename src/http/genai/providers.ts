/** The form of an API's requests and answers. */
export type Api =
  | 'chat_completions'
  | 'responses'
  | 'embeddings'
  | 'completions'
  | 'messages'
  | 'generate_content'
  | 'embed_content'

/** Whom a request asks, and how. */
export interface Recognised {
  /** `gen_ai.provider.name`. */
  readonly provider: string
  readonly api: Api
  /** Where the path names it. */
  readonly model?: string
}

/**
 * By the host and those below it. The conventions' names, where they have one. Where other APIs of the host look alike
 * (`/v1/threads/{id}/messages`, `/queues/{id}/messages`), what the path up to its end of {@link PATHS} ends with.
 */
const HOSTS: readonly (readonly [host: string, provider: string, base?: string])[] = [
  ['api.openai.com', 'openai', '/v1'],
  ['api.anthropic.com', 'anthropic', '/v1'],
  ['generativelanguage.googleapis.com', 'gcp.gemini', '/openai'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['openai.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['api.cloudflare.com', 'cloudflare.workers_ai', '/ai/v1'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.cohere.com', 'cohere'],
  ['openrouter.ai', 'openrouter'],
]

/** By the part of the path that names a provider at Cloudflare's AI Gateway. */
const GATEWAY: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  'google-ai-studio': 'gcp.gemini',
  'google-vertex-ai': 'gcp.vertex_ai',
  'azure-openai': 'azure.ai.openai',
  'workers-ai': 'cloudflare.workers_ai',
  groq: 'groq',
  mistral: 'mistral_ai',
  deepseek: 'deepseek',
  grok: 'x_ai',
  'perplexity-ai': 'perplexity',
  cohere: 'cohere',
  openrouter: 'openrouter',
}

/** By the end of the path, the longer first. */
const PATHS: readonly (readonly [end: string, api: Api])[] = [
  ['/chat/completions', 'chat_completions'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/embeddings', 'embeddings'],
  ['/messages', 'messages'],
]

/** Of Anthropic's API. Threads, queues and chats have messages as well. */
const MESSAGES = /^(?:\/|.*\/(?:v1|anthropic)\/)messages$/

const METHODS: Readonly<Record<string, Api>> = {
  generateContent: 'generate_content',
  streamGenerateContent: 'generate_content',
  embedContent: 'embed_content',
  batchEmbedContents: 'embed_content',
}

const gatewayProvider = (pathname: string): string => {
  // /v1/{account}/{gateway}/{provider}/…
  const part = pathname.split('/', 5)[4] ?? ''
  return Object.hasOwn(GATEWAY, part) ? (GATEWAY[part] as string) : 'cloudflare.ai_gateway'
}

const providerOf = (
  { host, hostname, pathname }: URL,
  own: Readonly<Record<string, string>>,
): readonly [provider: string, base?: string | undefined] | undefined => {
  const given = [host, hostname].find((name) => Object.hasOwn(own, name))
  if (given !== undefined) {
    return [own[given] as string]
  }
  if (hostname === 'gateway.ai.cloudflare.com') {
    return [gatewayProvider(pathname)]
  }
  const found = HOSTS.find(
    ([end]) =>
      hostname === end ||
      hostname.endsWith(`.${end}`) ||
      // Of Google's regions: `europe-west4-aiplatform.googleapis.com`.
      (end.startsWith('aiplatform') && hostname.endsWith(`-${end}`)),
  )
  return found && [found[1], found[2]]
}

/**
 * Recognises a model's API by host and path; undefined for all else.
 *
 * @param own More hosts, with or without a port, and their providers.
 */
export const recognise = (
  url: URL,
  own: Readonly<Record<string, string>>,
): Recognised | undefined => {
  const [provider, base = ''] = providerOf(url, own) ?? []
  if (provider === undefined) {
    return undefined
  }
  const { pathname } = url
  const path = PATHS.find(([end]) => pathname.endsWith(end))
  if (path) {
    const [end, api] = path
    return pathname.endsWith(base + end) && (api !== 'messages' || MESSAGES.test(pathname))
      ? { provider, api }
      : undefined
  }
  // …/models/{model}:generateContent
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  const colon = last.lastIndexOf(':')
  const method = last.slice(colon + 1)
  return colon > 0 && Object.hasOwn(METHODS, method)
    ? { provider, api: METHODS[method] as Api, model: last.slice(0, colon) }
    : undefined
}

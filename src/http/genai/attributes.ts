/* Semantic conventions for generative AI and MCP, of their repository `semantic-conventions-genai`. To be imported as `GENAI`. */

export const operation = 'gen_ai.operation.name'
export const provider = 'gen_ai.provider.name'
export const requestModel = 'gen_ai.request.model'
export const responseModel = 'gen_ai.response.model'
export const inputTokens = 'gen_ai.usage.input_tokens'
export const outputTokens = 'gen_ai.usage.output_tokens'
export const timeToFirstChunk = 'gen_ai.response.time_to_first_chunk'
export const toolName = 'gen_ai.tool.name'
export const promptName = 'gen_ai.prompt.name'

export { type GenaiOptions, genai } from '../http/genai/genai.ts'
export { modelFetch } from '../http/genai/model-fetch.ts'

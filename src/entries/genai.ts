export { type GenaiOptions, genai } from '../http/genai/genai.ts'

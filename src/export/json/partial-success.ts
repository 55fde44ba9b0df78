import type { PartialSuccess } from '../otlp/otlp-encoding.ts'

/** A receiver that answers 200 with something else than JSON has still accepted. */
export const readPartialSuccess = (answer: Uint8Array): PartialSuccess | undefined => {
  const text = new TextDecoder().decode(answer)
  if (!text.includes('partialSuccess')) {
    return undefined
  }
  try {
    const { rejectedSpans, rejectedDataPoints, rejectedLogRecords, errorMessage } =
      JSON.parse(text).partialSuccess
    return {
      rejected: Number(rejectedSpans ?? rejectedDataPoints ?? rejectedLogRecords),
      message: typeof errorMessage === 'string' ? errorMessage : '',
    }
  } catch {
    return undefined
  }
}

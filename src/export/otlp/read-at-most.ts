/** The start of a body; the rest of a longer one is cancelled, and a body that breaks off ends there. */
export const readAtMost = async (
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    const reader = body?.getReader()
    while (reader && bytes <= maxBytes) {
      const { done, value } = await reader.read()
      if (done) {
        break
      }
      bytes += value.byteLength
      chunks.push(value)
    }
    await reader?.cancel()
  } catch {
    // The status has been received, and that is what counts.
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

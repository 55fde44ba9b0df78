/** The start of a body as text; the rest of a longer one is cancelled, and a body that breaks off ends there. */
export const readAtMost = async (
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<string> => {
  if (!body) {
    return ''
  }
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    while (bytes <= maxBytes) {
      const { done, value } = await reader.read()
      if (done) {
        return text
      }
      bytes += value.byteLength
      text += decoder.decode(value, { stream: true })
    }
    await reader.cancel()
  } catch {
    // The status has been received, and that is what counts.
  }
  return text
}

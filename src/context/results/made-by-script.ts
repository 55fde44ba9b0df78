/**
 * Whether JavaScript feeds a stream. What a runtime makes lends readers that bring their own buffer; but not on Bun,
 * where nothing tells its own streams from others. Asking changes nothing.
 */
export const isMadeByScript = (stream: ReadableStream | null): boolean => {
  if (!stream || stream.locked) {
    return false
  }
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return false
  } catch (error) {
    return error instanceof TypeError
  }
}

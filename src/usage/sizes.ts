import { headersOf } from '../runtimes/host.ts'

/** As UTF-8. Most lines are ASCII, in which a character is a byte. */
export const bytesOf = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) {
      // Each half of a surrogate pair is two of its four bytes.
      bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
    }
  }
  return bytes
}

/** What a response says of its body; 0 where it says nothing. */
export const contentLength = (response: Response): number => {
  const value = headersOf(response).get('content-length')
  return value && /^\d{1,15}$/.test(value) ? Number(value) : 0
}

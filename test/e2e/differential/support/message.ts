/** One HTTP message as it was received. */
export interface Message {
  /** Status line and headers, one character a byte. */
  head: string
  framing: 'length' | 'chunked' | 'none' | 'until close'
  /** The body, in the pieces that the framing has: one, or as many as there are chunks. */
  chunks: Buffer[]
  trailers: string
  /** Whether all of it is there. A body that lasts until the connection closes never is. */
  isComplete: boolean
  /** Where the next message begins. */
  end: number
}

const CRLF = '\r\n'

/** Reads the message that begins at `start`. Undefined while its head is not there. */
export const readMessage = (bytes: Buffer, start: number, method: string): Message | undefined => {
  const headEnd = bytes.indexOf(CRLF + CRLF, start)
  if (headEnd < 0) {
    return undefined
  }
  const head = bytes.toString('latin1', start, headEnd)
  const bodyStart = headEnd + 4
  const status = Number(head.slice(9, 12))
  const message: Message = {
    head,
    framing: 'none',
    chunks: [],
    trailers: '',
    isComplete: true,
    end: bodyStart,
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    return message
  }
  if (/^transfer-encoding: *chunked/im.test(head)) {
    return readChunks(message, bytes, bodyStart)
  }
  if (status === 205 && !/^content-length:/im.test(head)) {
    return message
  }
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  const end = length === undefined ? bytes.length : bodyStart + Number(length)
  message.framing = length === undefined ? 'until close' : 'length'
  message.isComplete = length !== undefined && end <= bytes.length
  message.chunks.push(bytes.subarray(bodyStart, end))
  message.end = Math.min(end, bytes.length)
  return message
}

const readChunks = (message: Message, bytes: Buffer, start: number): Message => {
  message.framing = 'chunked'
  message.isComplete = false
  let at = start
  for (;;) {
    const lineEnd = bytes.indexOf(CRLF, at)
    message.end = at
    if (lineEnd < 0) {
      return message
    }
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const data = lineEnd + 2
    if (size === 0) {
      const end = bytes.indexOf(CRLF, data) === data ? data : bytes.indexOf(CRLF + CRLF, data) + 2
      if (end >= data) {
        message.trailers = bytes.toString('latin1', data, end)
        message.isComplete = bytes.length >= end + 2
        message.end = end + 2
      }
      return message
    }
    message.chunks.push(bytes.subarray(data, Math.min(data + size, bytes.length)))
    if (!(data + size + 2 <= bytes.length)) {
      message.end = bytes.length
      return message
    }
    at = data + size + 2
  }
}

import { createHash } from 'node:crypto'
import type { Seen } from './exchange.ts'
import type { Message } from './message.ts'
import { type Asked, asTheRuntimeHasIt } from './runtime-habits.ts'

/** What differs though nobody changed anything. Everything else counts, the order and the case of headers included. */
const NOISE: readonly [pattern: RegExp, replacement: string][] = [
  [/^date: (?!Tue, 15 Nov 1994).*$/gim, 'Date: <now>'],
  [/^(server-timing: db;dur=)[\d.]+/gim, '$1<ms>'],
]

const SHOWN = 600

const withoutNoise = (head: string): string =>
  NOISE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), head)

/** Bytes as text that shows each of them, or, of many, their number and digest. */
const show = (bytes: Buffer | string): string => {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1')
  const isBinary = /[^\t\r\n -~]/.test(text) && text.length > 100
  if (text.length > SHOWN || isBinary) {
    const digest = createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 12)
    return `${text.length} bytes ${digest}`
  }
  return JSON.stringify(text).replace(/[^ -~]/g, (one) => `\\x${one.charCodeAt(0).toString(16)}`)
}

/** Of a form: made up anew each time, of the same length. */
const boundaryOf = (head: string): string | undefined =>
  /^content-type: multipart\/form-data; *boundary="?([^"\r\n]+)/im.exec(head)?.[1]

const showMessage = (
  { head, framing, chunks, trailers, isComplete }: Message,
  asked: Asked,
): string[] => {
  const boundary = boundaryOf(head)
  const clean = (text: string): string =>
    boundary ? text.replaceAll(boundary, 'b'.repeat(boundary.length)) : text
  const given = withoutNoise(clean(head)).split('\r\n')
  const lines = asTheRuntimeHasIt(given, asked).map((line) =>
    line.replace(/[^ -~]/g, (one) => `\\x${one.charCodeAt(0).toString(16)}`),
  )
  const body = chunks.map((chunk) => show(clean(chunk.toString('latin1'))))
  return [
    ...lines,
    `  body by ${framing}: ${body.join(' | ')}${isComplete || framing === 'until close' ? '' : ' (not whole)'}`,
    ...(trailers ? [`  trailers: ${show(trailers)}`] : []),
  ]
}

/** What a client saw, as lines to be compared one by one. */
export const transcript = ({ messages, rest, connection }: Seen, asked: Asked): string =>
  [
    ...messages.flatMap((message) => showMessage(message, asked)),
    ...(rest.length ? [`  then: ${show(rest)}`] : []),
    `  connection: ${connection}`,
  ].join('\n')

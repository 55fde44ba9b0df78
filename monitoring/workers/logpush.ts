/**
 * Takes what Logpush sends by HTTP, and writes log lines of Workers for the agent's files:
 *
 *   LOGPUSH_SECRET_FILE=secret PORT=8787 node monitoring/workers/logpush.ts >> /var/log/app/workers.log
 *
 * Cloudflare asks for HTTPS: a tunnel or a reverse proxy stands before it. What it sends first, to see whether anybody is
 * there, is no JSON, and is answered like everything else.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { linesOf } from './event-lines.ts'
import { jsonTexts } from './json-texts.ts'

/** Characters of the lines of one batch: ten times what Logpush is asked for in docs/log-shipping.md. */
const LARGEST = 67_108_864

const { LOGPUSH_SECRET_FILE = '', PORT = '8787', HOST = '127.0.0.1' } = process.env
const secret = LOGPUSH_SECRET_FILE && readFileSync(LOGPUSH_SECRET_FILE, 'utf8').trim()
if (!secret) {
  throw new TypeError(
    'Cannot start: `LOGPUSH_SECRET_FILE` must name a file with a secret in it, ' +
      'which the job sends as the header X-Logpush-Secret',
  )
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const expected = hash(secret)

const server = createServer(async (request, response) => {
  const given = request.headers['x-logpush-secret']
  if (!timingSafeEqual(hash(String(given)), expected)) {
    request.resume()
    response.writeHead(401).end()
    return
  }
  // All of a batch or nothing: one that breaks off is sent again.
  let lines = ''
  const read = jsonTexts((json) => {
    lines += linesOf(json)
  })
  try {
    const isGzip = request.headers['content-encoding'] === 'gzip'
    const body = isGzip ? pipeline(request, createGunzip(), () => {}) : request
    body.setEncoding('utf8')
    for await (const part of body) {
      read(part as string)
      if (lines.length > LARGEST) {
        throw new Error('too large')
      }
    }
    writeFileSync(1, lines)
    response.writeHead(200).end()
  } catch {
    response.writeHead(503, { Connection: 'close' }).end()
  }
})

server.listen(Number(PORT), HOST, () => {
  process.stderr.write(`listens at ${HOST}:${(server.address() as AddressInfo).port}\n`)
})

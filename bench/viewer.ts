/**
 * The viewer under load: 1,000 spans a second for ten minutes, while searches run.
 *
 *   node bench/viewer.ts            600,000 spans as fast as they are taken, then searches
 *   node bench/viewer.ts --paced    the same in ten minutes, with searches all the time
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { traceBatch } from '../test/unit/viewer/load.ts'

const SPANS = 600_000
const SPANS_PER_POST = 500
const POSTS_PER_S = 2
const paced = process.argv.includes('--paced')

const child = spawn(
  process.execPath,
  [`${import.meta.dirname}/../viewer/main.ts`, '--port', '0', '--max-mb', '4096'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [greeting] = await once(child.stdout, 'data')
const url = /http:\/\/\S+/.exec(String(greeting))?.[0] ?? ''

const SEARCHES = [
  '/api/traces',
  '/api/traces?status=error',
  '/api/traces?service=payments&status=error&limit=50',
  '/api/traces?route=/orders/:id&httpStatus=5xx',
  '/api/traces?attribute=order.id%3D123456',
  '/api/traces?text=checkout',
  '/api/traces?text=check*',
  '/api/traces?text=nowhere',
  '/api/traces?text=order-99999',
  '/api/traces?minMs=500',
  '/api/traces?minMs=100000',
  '/api/traces?sort=slowest',
  '/api/traces?text=query&service=payments&minMs=100000',
  '/api/overview?last=15m',
  '/api/overview?last=24h',
  '/api/services',
  '/api/notes',
  '/api/ingest',
]
const tookMs = new Map<string, number[]>(SEARCHES.map((path) => [path, []]))

async function search(path: string): Promise<void> {
  const started = performance.now()
  const response = await fetch(url + path)
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  tookMs.get(path)?.push(performance.now() - started)
}

async function post(number: number): Promise<void> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(traceBatch(number * SPANS_PER_POST, SPANS_PER_POST)),
  })
  const text = await response.text()
  if (text !== '{}') throw new Error(text)
}

const rssMb = (): number => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

const started = performance.now()
const posts = SPANS / SPANS_PER_POST
let postMs = 0
for (let i = 0; i < posts; i++) {
  const before = performance.now()
  await post(i)
  postMs += performance.now() - before
  if (paced) {
    await search(SEARCHES[i % SEARCHES.length] as string)
    await sleep(Math.max(0, started + ((i + 1) * 1000) / POSTS_PER_S - performance.now()))
  }
}
const seconds = (performance.now() - started) / 1000
console.log(
  `${SPANS} spans in ${seconds.toFixed(1)} s; a post of ${SPANS_PER_POST} took ${(postMs / posts).toFixed(1)} ms; ${rssMb()} MB resident`,
)
if (!paced) for (let i = 0; i < 5; i++) for (const path of SEARCHES) await search(path)
console.log('search: median and maximum in ms')
for (const [path, times] of tookMs) {
  times.sort((a, b) => a - b)
  const median = times[times.length >> 1] ?? 0
  console.log(
    `${median.toFixed(1).padStart(8)} ${(times.at(-1) ?? 0).toFixed(1).padStart(8)}  ${path}`,
  )
}
const status = (await (await fetch(`${url}/api/status`)).json()) as { storedBytes: number }
console.log(`stored: ${Math.round(status.storedBytes / 1024 / 1024)} MB by estimate`)
child.kill()

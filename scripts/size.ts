/**
 * What each entry adds to a bundle, minified, with the peer dependency `hono` and Node's modules left out and
 * everything else counted in. Exits 1 when one outgrows its budget: raise a budget only for a reason worth its bytes.
 *
 *   npm run build && node scripts/size.ts           with --parts, what the app's entry is made of
 */
import { gzipSync } from 'node:zlib'
import { bundle, type Inputs } from './package/bundle.ts'

interface Entry {
  name: string
  code: string
  /** Bytes after gzip that fail the check. */
  budget: number
  /** Bytes after gzip that the design asks for; undefined where it asks for nothing. */
  target?: number
}

const all = (entry: string): string => `export * from './dist/${entry}.js'`

const ENTRIES: Entry[] = [
  {
    name: '{ observability }',
    code: "export { observability } from './dist/index.js'",
    budget: 63_040,
  },
  {
    name: '{ observability, instrument }',
    code: "export { instrument, observability } from './dist/index.js'",
    budget: 68_400,
    target: 36_864,
  },
  { name: '. (everything)', code: all('index'), budget: 81_500 },
  { name: './health', code: all('entries/health'), budget: 5560, target: 4096 },
  { name: './prometheus', code: all('entries/prometheus'), budget: 9950 },
  { name: './aggregator', code: all('entries/aggregator'), budget: 15_600, target: 6144 },
  { name: './protobuf', code: all('entries/protobuf'), budget: 3150, target: 4096 },
  { name: './middleware', code: all('entries/middleware'), budget: 9800 },
  { name: './client', code: all('entries/client'), budget: 1000 },
  { name: './genai', code: all('entries/genai'), budget: 18_600 },
  {
    name: './genai { genai }',
    code: "export { genai } from './dist/entries/genai.js'",
    budget: 14_300,
  },
  { name: './mcp', code: all('entries/mcp'), budget: 11_950 },
  { name: './cf', code: all('entries/cf'), budget: 1750 },
  { name: './rpc', code: all('entries/rpc'), budget: 14_480 },
  {
    name: './rpc { trpcTracing }',
    code: "export { trpcTracing } from './dist/entries/rpc.js'",
    budget: 11_780,
  },
  { name: './hono', code: all('entries/hono'), budget: 12_370 },
  {
    name: './hono { honoMetrics }',
    code: "export { honoMetrics } from './dist/entries/hono.js'",
    budget: 9000,
  },
  { name: './sampler', code: all('entries/sampler'), budget: 5650 },
  { name: './lambda', code: all('entries/lambda'), budget: 6700 },
  { name: './routes', code: all('entries/routes'), budget: 1400 },
  { name: './user', code: all('entries/user'), budget: 8100 },
  // Most of it is in an app's bundle anyway.
  { name: './websocket', code: all('entries/websocket'), budget: 57_460 },
  { name: './usage', code: all('entries/usage'), budget: 22_500 },
  { name: './costs', code: all('entries/costs'), budget: 5200 },
  { name: './db', code: all('entries/db'), budget: 33_020 },
  { name: './process', code: all('entries/process'), budget: 9150 },
  // Of tests only. Nearly all of it is in an app's bundle anyway.
  { name: './testing', code: all('entries/testing'), budget: 51_720 },
]

/** Minified bytes of each room of the house, and of each package. */
const partsOf = (inputs: Inputs): [part: string, bytes: number][] => {
  const parts = new Map<string, number>()
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const [part = file] = /(?<=^dist\/)[^/]+|(?<=node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput)
  }
  return [...parts].filter(([, bytes]) => bytes > 0).sort((a, b) => b[1] - a[1])
}

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, i) => (i ? String(cell).padStart(9) : String(cell).padEnd(30))).join('')

console.log(row(['entry', 'raw', 'gzip', 'budget', 'target']))
for (const { name, code, budget, target } of ENTRIES) {
  const { contents, inputs } = await bundle(code)
  const gzip = gzipSync(contents, { level: 9 }).length
  const verdict =
    gzip > budget ? '  over budget' : target && gzip > target ? '  misses its target' : ''
  console.log(row([name, contents.length, gzip, budget, target ?? '']) + verdict)
  if (gzip > budget) process.exitCode = 1
  if (name === '{ observability, instrument }' && process.argv.includes('--parts')) {
    for (const [part, bytes] of partsOf(inputs)) console.log(row([`  ${part}`, bytes]))
  }
}

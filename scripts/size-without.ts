/**
 * What each part of an app's entry weighs, minified and compressed: the entry is bundled once more without the files
 * of that part, whose exports are `undefined` then. What only that part imports goes with it. A lower bound: the
 * calls of it stay. A program that cannot run, but can be weighed.
 *
 *   npm run build && node scripts/size-without.ts            prints it
 *   npm run build && node scripts/size-without.ts --write    keeps it in bench/results; then node bench/publish.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { bundle } from './package/bundle.ts'

interface Weight {
  title: string
  raw: number
  gzip: number
}

const ENTRY = "export { instrument, observability } from './dist/index.js'"

const PARTS: [title: string, files: RegExp][] = [
  [
    'logs: lines, loggers, console, the search for secrets',
    /^dist\/(logs|telemetry\/log|http\/request-log|export\/json\/logs)/,
  ],
  ['of which the search for secrets', /^dist\/(logs\/(redact|secret-)|base\/coarse-redactor)/],
  ["of which OpenTelemetry's own loggers", /^dist\/logs\/(otel-logger|bytes-tree)/],
  ['of which the lines of `console`', /^dist\/logs\/capture-console/],
  [
    'metrics, with those about telemetry and the aggregator',
    /^dist\/(metrics|telemetry\/(metrics|self-metrics|http-metrics)|export\/(aggregator|json\/metrics))/,
  ],
  ['of which metrics about telemetry', /^dist\/telemetry\/self-metrics/],
  ['of which sending to the aggregator', /^dist\/export\/aggregator/],
  ['spans, samplers, limits', /^dist\/(traces|telemetry\/spans|export\/json\/traces)/],
  ['queue, retry, lease, OTLP over HTTP', /^dist\/(export\/(pipeline|otlp)|telemetry\/queues)/],
  [
    'outgoing `fetch`',
    /^dist\/(http\/(instrument-fetch|with-headers|follow|outbound|global-fetch))/,
  ],
  [
    'the end of streams',
    /^dist\/http\/(hono-streams|observe-body|body-|js-stream|made-responses|already-sent)/,
  ],
  ["the app's own requests (promise 9)", /^dist\/http\/inner-request/],
  ['results that are given back as they are (promise 12)', /^dist\/context\/results/],
  [
    'trace context, baggage, propagation',
    /^dist\/context\/(baggage|tracestate|traceparent|propagator|headers)/,
  ],
  ['WebSockets', /^dist\/context\/socket/],
  ["Cloudflare's own tracing", /^dist\/context\/native/],
  ['queues, crons, mail, tails', /^dist\/handlers/],
  [
    'options, their checks, the environment',
    /^dist\/(\w+(\/otlp|\/pipeline)?\/([a-z-]*-)?options?\.|telemetry\/config|base\/(checks|schema|messages|environment|options))/,
  ],
  ['of which zod', /^node_modules\/zod.*\/(?!index|external)[\w-]+\.js/],
  ["OpenTelemetry's API", /^node_modules\/@opentelemetry.*\/(?!index)[\w-]+\.mjs/],
]

const exportsOf = async (file: string): Promise<string[]> => {
  const { metafile } = await build({
    entryPoints: [file],
    write: false,
    metafile: true,
    format: 'esm',
  })
  return Object.values(metafile.outputs).flatMap((output) => output.exports)
}

/** Leaves out the files whose path below the project matches one of the expressions. */
const without = (...files: RegExp[]): Plugin => ({
  name: 'without',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?js$/ }, async ({ path }) => {
      const name = relative(`${import.meta.dirname}/..`, path).replace(/^.*(?=node_modules\/)/, '')
      if (!files.some((file) => file.test(name.replaceAll('\\', '/')))) {
        return { contents: readFileSync(path, 'utf8') }
      }
      const names = (await exportsOf(path)).map((each) => `out as ${each}`)
      return { contents: `const out = undefined; export { ${names.join()} }` }
    })
  },
})

const weigh = async (title: string, ...plugins: Plugin[]): Promise<Weight> => {
  const { contents } = await bundle(ENTRY, plugins)
  return { title, raw: contents.length, gzip: gzipSync(contents, { level: 9 }).length }
}

const all = await weigh('all of it')
const rest = await weigh('the rest', without(...PARTS.map(([, files]) => files)))
const weights = [all]
for (const [title, files] of PARTS) {
  const { raw, gzip } = await weigh(title, without(files))
  weights.push({ title, raw: all.raw - raw, gzip: all.gzip - gzip })
}
weights.push(rest)

for (const { title, raw, gzip } of weights) {
  console.log(title.padEnd(60) + String(raw).padStart(9) + String(gzip).padStart(9))
}
if (process.argv.includes('--write')) {
  const file = `${import.meta.dirname}/../bench/results/size-without.json`
  writeFileSync(file, `${JSON.stringify(weights, null, 2)}\n`)
}

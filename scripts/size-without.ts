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

interface Part {
  title: string
  /** Below the project. */
  files: RegExp
  /** An app could do without it, if it were an import of its own. */
  isOptional?: boolean
}

const ENTRY = "export { instrument, observability } from './dist/index.js'"

const PARTS: Part[] = [
  {
    title: 'logs: lines, loggers, the search for secrets',
    files: /^dist\/(logs|telemetry\/log|http\/request-log|export\/json\/logs|base\/coarse)/,
    isOptional: true,
  },
  {
    title: 'of which the search for secrets',
    files: /^dist\/(logs\/(redact|secret-)|base\/coarse)/,
  },
  {
    title: 'of which loggers of OpenTelemetry',
    files: /^dist\/logs\/(otel-logger|bytes-tree)/,
  },
  {
    title: 'of which lines of `console`',
    files: /^dist\/logs\/capture-console/,
  },
  {
    title: 'metrics',
    files:
      /^dist\/(metrics|telemetry\/(metrics|self-metrics|http-metrics)|export\/(aggregator|json\/metrics))/,
    isOptional: true,
  },
  {
    title: 'of which metrics about telemetry',
    files: /^dist\/telemetry\/self-metrics/,
  },
  {
    title: 'of which sending to the aggregator',
    files: /^dist\/export\/aggregator/,
  },
  {
    title: 'spans: recording, limits, sampling, encoding',
    files: /^dist\/(traces|telemetry\/spans|export\/json\/traces)/,
  },
  {
    title: 'queue, lease, retry, OTLP over HTTP',
    files: /^dist\/(export\/(pipeline|otlp)|telemetry\/queues)/,
  },
  {
    title: 'options, their checks, the environment',
    files:
      /^dist\/(\w+(\/otlp|\/pipeline)?\/(batch-|encoding-)?options?\.|telemetry\/config\/(?!defer)|base\/(checks|schema|messages|environment|options))/,
  },
  {
    title: 'of which zod',
    files: /^node_modules\/zod.*\/(?!index|external)[\w-]+\.js/,
  },
  {
    title: "OpenTelemetry's API",
    files: /^node_modules\/@opentelemetry.*\/(?!index)[\w-]+\.mjs/,
  },
  {
    title: 'queues, crons, mail, tails',
    files: /^dist\/handlers/,
    isOptional: true,
  },
  {
    title: 'outgoing `fetch`',
    files: /^dist\/http\/(instrument-fetch|with-headers|follow|outbound|global-fetch)/,
    isOptional: true,
  },
  {
    title: 'trace context and baggage in headers',
    files: /^dist\/context\/(baggage|tracestate|traceparent|propagator|headers)/,
  },
  {
    title: 'results given back as they are (promise 12)',
    files: /^dist\/context\/results/,
  },
  {
    title: 'the end of streamed responses',
    files: /^dist\/http\/(hono-streams|observe-body|body-|js-stream|made-responses)/,
  },
  {
    title: "the app's own requests (promise 9)",
    files: /^dist\/http\/inner-request/,
  },
  {
    title: "Cloudflare's own tracing",
    files: /^dist\/context\/native/,
    isOptional: true,
  },
  {
    title: 'listeners of WebSockets',
    files: /^dist\/context\/socket/,
    isOptional: true,
  },
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

const filesOf = (parts: readonly Part[]): RegExp[] => parts.map(({ files }) => files)

const all = await weigh('all of it')
const weights = [all]
for (const { title, files } of PARTS) {
  const { raw, gzip } = await weigh(title, without(files))
  if (raw === all.raw) {
    throw new Error(`Cannot weigh ${title}: no file of the bundle matches ${files}`)
  }
  weights.push({ title, raw: all.raw - raw, gzip: all.gzip - gzip })
}
weights.push(
  await weigh('left without all of these', without(...filesOf(PARTS))),
  await weigh(
    `left without ${PARTS.filter(({ isOptional }) => isOptional)
      .map(({ title }) => title.replace(/:.*/, ''))
      .join('; ')}`,
    without(...filesOf(PARTS.filter(({ isOptional }) => isOptional))),
  ),
)

for (const { title, raw, gzip } of weights) {
  console.log(String(raw).padStart(7) + String(gzip).padStart(7), title)
}
if (process.argv.includes('--write')) {
  const file = `${import.meta.dirname}/../bench/results/size-without.json`
  writeFileSync(file, `${JSON.stringify(weights, null, 2)}\n`)
}

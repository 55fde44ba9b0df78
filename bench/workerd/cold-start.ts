/**
 * What telemetry adds to a Worker's bundle and to the first request of a fresh isolate.
 *
 *   node bench/install.ts && node bench/workerd/cold-start.ts [--variants traces,sentry] [--starts 10] [--json FILE]
 *
 * Modules are loaded and run on Node for their time, since workerd has no clock then. A start is that of the whole
 * workerd process, the same for all; the first response comes after the evaluation of the
 * modules. Variants take turns; the figures are medians, and what is added is the median of the differences to the
 * bare app in the same turn.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { bundle } from '../../test/support/bundle.ts'
import type { RunningWorker } from '../../test/support/worker.ts'
import { median } from '../difference.ts'
import { startCollector } from './collector.ts'
import { evaluationMs } from './evaluation.ts'
import { startVariant } from './measure.ts'
import { cpuMicroseconds } from './process-usage.ts'
import { type Variant, variantsOf } from './variants.ts'

const { values: args } = parseArgs({
  options: {
    starts: { type: 'string', default: '10' },
    variants: { type: 'string' },
    json: { type: 'string' },
  },
})

interface Subject {
  variant: Variant
  worker: RunningWorker
  rawBytes: number
  gzipBytes: number
  /** Its bundle. */
  file: string
  evaluationMs: number[]
  firstResponseMs: number[]
  secondResponseMs: number[]
  cpuMs: number[]
}

const bundles = mkdtempSync(join(tmpdir(), 'bench-'))

const bundleOf = async ({
  id,
  entry,
}: Variant): Promise<Pick<Subject, 'rawBytes' | 'gzipBytes' | 'file'>> => {
  const source = await bundle(fileURLToPath(entry))
  const file = join(bundles, `${id}.mjs`)
  writeFileSync(file, source)
  const { code } = await transform(source, { minify: true, format: 'esm' })
  return { rawBytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length, file }
}

const timeOfResponse = async (url: string): Promise<number> => {
  const startedMs = performance.now()
  const response = await fetch(`${url}/orders/7`, { headers: { Connection: 'close' } })
  await response.text()
  return performance.now() - startedMs
}

const startOnce = async (subject: Subject): Promise<void> => {
  const { worker } = subject
  subject.evaluationMs.push(await evaluationMs(subject.file))
  await worker.restart()
  const { pid } = worker
  if (pid === undefined) throw new Error(`Cannot measure ${subject.variant.id}: workerd has ended`)
  subject.firstResponseMs.push(await timeOfResponse(worker.url))
  subject.cpuMs.push(cpuMicroseconds(pid) / 1000)
  subject.secondResponseMs.push(await timeOfResponse(worker.url))
}

const collector = await startCollector()
const subjects: Subject[] = []
try {
  for (const variant of variantsOf(args.variants)) {
    subjects.push({
      variant,
      worker: await startVariant(variant, collector),
      ...(await bundleOf(variant)),
      evaluationMs: [],
      firstResponseMs: [],
      secondResponseMs: [],
      cpuMs: [],
    })
  }
  for (let turn = 0; turn < Number(args.starts); turn++) {
    for (const subject of subjects) await startOnce(subject)
  }
} finally {
  for (const { worker } of subjects) await worker.stop()
  collector.close()
  rmSync(bundles, { recursive: true })
}

const [bare] = subjects
if (!bare) throw new Error('Invariant: the bare app is always measured')

const added = (subject: Subject, read: (subject: Subject) => number[]): number =>
  median(read(subject).map((value, turn) => value - (read(bare)[turn] ?? Number.NaN)))

const rows = subjects.map((subject) => ({
  id: subject.variant.id,
  title: subject.variant.title,
  addedRawBytes: subject.rawBytes - bare.rawBytes,
  addedGzipBytes: subject.gzipBytes - bare.gzipBytes,
  addedEvaluationMs: added(subject, (one) => one.evaluationMs),
  firstResponseMs: median(subject.firstResponseMs),
  addedFirstResponseMs: added(subject, ({ firstResponseMs }) => firstResponseMs),
  addedCpuMs: added(subject, ({ cpuMs }) => cpuMs),
  secondResponseMs: median(subject.secondResponseMs),
}))

const columns = [
  'raw kB',
  'gzip kB',
  'modules ms',
  'first ms',
  'added ms',
  'added CPU',
  'second ms',
]
console.log(`\nadded to the bundle and to the first of ${args.starts} starts\n`)
console.log(''.padEnd(34) + columns.map((name) => name.padStart(11)).join(''))
for (const row of rows) {
  const cells = [
    (row.addedRawBytes / 1000).toFixed(1),
    (row.addedGzipBytes / 1000).toFixed(1),
    row.addedEvaluationMs.toFixed(1),
    row.firstResponseMs.toFixed(1),
    row.addedFirstResponseMs.toFixed(1),
    row.addedCpuMs.toFixed(1),
    row.secondResponseMs.toFixed(1),
  ]
  console.log(row.title.padEnd(34) + cells.map((cell) => cell.padStart(11)).join(''))
}
if (args.json)
  writeFileSync(args.json, `${JSON.stringify({ starts: args.starts, rows }, null, 2)}\n`)

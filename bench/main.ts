/**
 * The whole table: installs the peers, measures everything and prints it.
 *
 *   npm run bench                  all of it; about 70 minutes on two cores
 *   npm run bench -- --quick       fewer rounds; figures are rough
 *   npm run bench -- --write       also keeps the figures in bench/results and puts them into docs/benchmarks.md
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

const results = fileURLToPath(new URL('results/', import.meta.url))
const keep = (name: string): string[] => (args.write ? ['--json', `${results}${name}.json`] : [])
const rounds = args.quick ? ['--rounds', '4', '--requests', '500'] : []

const STEPS: readonly (readonly [title: string, script: string, ...args: string[]])[] = [
  ['Installing what is compared with', 'install.ts'],
  ['Requests in workerd', 'workerd/main.ts', ...rounds, ...keep('workerd')],
  [
    'What the floor is made of',
    'workerd/main.ts',
    '--workload',
    'json',
    '--variants',
    'floor,floor-context,floor-wait,floor-respond,floor-read,floor-promises',
    '--rounds',
    args.quick ? '5' : '30',
    '--requests',
    '2500',
    ...keep('floor'),
  ],
  [
    'What is smaller than HTTP',
    'inner/main.ts',
    ...(args.quick ? ['--rounds', '10'] : []),
    ...keep('inner'),
  ],
  [
    'Child spans, few and many',
    'inner/main.ts',
    '--rows',
    'children-1,children-10,children-100,children-1000',
    '--rounds',
    args.quick ? '10' : '40',
    ...keep('child-spans'),
  ],
  ['Building the package', '../scripts/build.ts'],
  [
    'Node, Deno and Bun',
    'runtimes/main.ts',
    ...(args.quick ? ['--rounds', '5'] : []),
    ...keep('runtimes'),
  ],
  [
    'Bundles and first requests',
    'workerd/cold-start.ts',
    ...(args.quick ? ['--starts', '3'] : []),
    ...keep('cold-start'),
  ],
  [
    'Calls of bindings',
    'bindings/main.ts',
    ...(args.quick ? ['--rounds', '5'] : []),
    ...keep('bindings'),
  ],
  ['Pieces on every runtime', 'micro/main.ts', ...keep('micro')],
  [
    'Growth',
    'growth/main.ts',
    ...(args.quick ? ['--rounds', '3'] : []),
    ...(args.write ? ['--write'] : []),
  ],
  [
    'A million requests',
    'endurance/main.ts',
    ...(args.quick ? ['--requests', '80000', '--slices', '8'] : []),
    ...keep('endurance'),
  ],
  [
    'A dead collector',
    'endurance/dead-collector.ts',
    ...(args.quick ? ['--minutes', '1.25'] : []),
    ...keep('dead-collector'),
  ],
  ['Metrics beside the SDK', 'metrics.ts'],
  ['Log lines beside other loggers', 'logs.ts'],
  ['Protobuf beside JSON', 'protobuf.ts'],
  ...(args.write ? ([['Publishing', 'publish.ts']] as const) : []),
]

if (args.write) {
  mkdirSync(results, { recursive: true })
  const [cpu] = cpus()
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
  writeFileSync(`${results}machine.json`, `${JSON.stringify(machine, null, 2)}\n`)
}

let failed = 0
for (const [index, [title, script, ...rest]] of STEPS.entries()) {
  console.log(`\n── ${title} (${index + 1} of ${STEPS.length})`)
  const file = fileURLToPath(new URL(script, import.meta.url))
  const { status } = spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' })
  if (status !== 0) {
    failed++
    console.error(`FAILED: ${script} ended with ${status}`)
  }
}
process.exitCode = failed ? 1 : 0

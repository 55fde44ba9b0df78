/**
 * What telemetry adds to a Hono app in workerd: ours, every peer's, and a hand-written floor's.
 *
 *   node bench/install.ts && node bench/workerd/main.ts [--workload storage] [--variants traces,floor] [--rounds 20]
 *     [--requests 2000] [--json FILE]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measure } from './measure.ts'
import { rowsOf, tableOf } from './report.ts'
import { verdictLines, verdictsOf } from './targets.ts'
import { variantsOf } from './variants.ts'
import { WORKLOADS, workloadOf } from './workloads.ts'

const { values: args } = parseArgs({
  options: {
    workload: { type: 'string', default: WORKLOADS.map(({ id }) => id).join() },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string' },
    variants: { type: 'string' },
    json: { type: 'string' },
  },
})

const rounds = Number(args.rounds)
const variants = variantsOf(args.variants)
const results = []

for (const workload of args.workload.split(',').map(workloadOf)) {
  const requests = Number(args.requests ?? workload.requests)
  const figures = await measure(variants, workload, {
    rounds,
    requests,
    onRound(round) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r${workload.title}: round ${round + 1} of ${rounds} `)
      }
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const rows = rowsOf(figures)
  results.push({ workload: { ...workload, requests }, rows })
  console.log(
    `\n${workload.title}: GET ${workload.path}, ${rounds} rounds of ${requests} requests, ${workload.clients} connections\n`,
  )
  console.log(tableOf(rows))
  if (workload.path === '/orders/7') console.log(`\n${verdictLines(verdictsOf(rows))}`)
}

if (args.json) {
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(args.json, `${JSON.stringify({ date, rounds, results }, null, 2)}\n`)
}

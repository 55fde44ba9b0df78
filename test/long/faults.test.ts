import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAsPromised } from './faults/expectations.ts'
import type { Isolate } from './faults/isolate.ts'
import { run, startBaseline } from './faults/run.ts'
import { MINUTE, SCENARIOS } from './faults/scenarios.ts'
import { documentedNames, documentRow, rowOf } from './faults/table.ts'

let baseline: Isolate

beforeAll(async () => {
  baseline = await startBaseline()
})

afterAll(async () => {
  await baseline?.stop()
})

describe('5,000 requests are answered as without telemetry, and all that is lost is counted, with a receiver that', () => {
  it.each(SCENARIOS)('$name', async (scenario) => {
    const outcome = await run(scenario, baseline)
    console.log(scenario.name, JSON.stringify(outcome.latency), outcome.heapGrowthBytes)
    expectAsPromised(scenario, outcome)
    documentRow(rowOf(scenario, outcome))
  })
})

describe('docs/faults.md', () => {
  it('has a row for every scenario, and no others', () => {
    expect(documentedNames()).toEqual([...SCENARIOS, MINUTE].map(({ name }) => name))
  })
})

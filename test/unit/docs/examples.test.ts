import { beforeAll, describe, expect, it } from 'vitest'
import { readProjectFile, sources } from '../../support/docs/project.ts'
import { runInNode } from '../../support/docs/run-in-node.ts'
import { runInWorkerd } from '../../support/docs/run-in-workerd.ts'
import { merge, type Snippet, snippetsOf } from '../../support/docs/snippets.ts'

const { snippets } = merge(sources().map((file) => snippetsOf(file, readProjectFile(file))))
const forNode = snippets.filter(({ platform }) => platform === 'web')
const forWorkers = snippets.filter(({ platform }) => platform === 'workers')

const example = (code: string, platform: Snippet['platform'] = 'web'): Snippet => ({
  file: 'src/example.ts',
  line: 7,
  language: 'ts',
  platform,
  code: '\n'.repeat(6) + code,
})

it('finds examples in JSDoc', () => {
  expect(forNode.map(({ file }) => file)).toContain('src/app/middleware.ts')
})

describe.concurrent(`${forNode.length} examples of JSDoc in Node`, { timeout: 20_000 }, () => {
  it.each(forNode)('$file:$line runs', async (snippet) => {
    expect(await runInNode(snippet)).toBe('')
  })

  it.each([
    ['throws', "throw new RangeError('too far')", /src\/example\.ts:7[\s\S]*RangeError: too far/],
    ['fails an assertion', 'console.assert(1 > 2, "order")', /Assertion failed: order/],
    ['waits forever', 'await new Promise(() => undefined)', /exited with 13/],
    ['rejects later', 'void Promise.reject(new Error("late"))', /Error: late/],
    ['uses what is not exported', "import { no } from 'hono-observability'; no()", /named 'no'/],
  ])('one that %s is reported', async (_, code, report) => {
    expect(await runInNode(example(code))).toMatch(report)
  })

  it('one that does not end is reported', async () => {
    const timer = example('setInterval(() => undefined, 1000)')
    expect(await runInNode(timer, 1000)).toMatch('did not end within 1000 ms')
  })
})

describe(`${forWorkers.length} examples of JSDoc in workerd`, () => {
  const failing = example(
    "import { env } from 'cloudflare:workers'\n" +
      "console.assert(await env.CACHE.get('key') === 'value', 'cached')",
    'workers',
  )
  const passing = example("export * from 'hono-observability/aggregator'", 'workers')
  let faults: string[] = []

  beforeAll(async () => {
    faults = await runInWorkerd([...forWorkers, passing, failing])
  }, 30_000)

  it.each(forWorkers.map((snippet, index) => ({ ...snippet, index })))(
    '$file:$line runs',
    (each) => {
      expect(faults[each.index]).toBe('')
    },
  )

  it('one that fails an assertion is reported', () => {
    expect(faults.slice(-2)).toEqual(['', expect.stringContaining('Assertion failed: cached')])
  })
})

import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { cookbook } from './dashboards-cookbook.ts'
import { syntaxErrors } from './dashboards-queries.ts'

const PAGE = `${import.meta.dirname}/../../../docs/monitoring.md`

describe('the cookbook', () => {
  it('has queries in three languages, and a grammar can read each', async () => {
    const queries = await cookbook()
    for (const source of ['prometheus', 'loki', 'tempo'] as const) {
      const own = queries.filter((query) => query.source === source)
      expect(own.length, source).toBeGreaterThanOrEqual(5)
      for (const { expr } of own) expect(syntaxErrors(source, expr), expr).toEqual([])
    }
  })

  it('has no query outside of its fences', async () => {
    const text = await readFile(PAGE, 'utf8')
    const fences = text.match(/^```(\w+)$/gm) ?? []
    // Rights of exporters, which exporters.test.ts gives, and a file of credentials are no queries.
    const others = ['```postgresql', '```mysql', '```redis', '```ini']
    expect(new Set(fences)).toEqual(
      new Set(['```sh', '```promql', '```logql', '```traceql', ...others]),
    )
  })
})

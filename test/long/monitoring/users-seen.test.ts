import { describe, expect, it } from 'vitest'
import { SHOWN } from '../../../monitoring/grafana/source/boards/metrics.ts'
import { active } from '../../../monitoring/grafana/source/boards/users.ts'
import { toYaml } from '../../../monitoring/prometheus/source/yaml.ts'
import { testRules } from './rules-tested.ts'
import { areInstalled } from './tools.ts'

const isInstalled = areInstalled(['promtool'], 'the estimate of active users, by promtool')

/** `promtool` on the estimate over the last hour, at the end of three, of what is sampled once a minute. */
const estimated = async (
  series: Readonly<Record<string, string>>,
  expected: number,
): Promise<string> => {
  const expr = active(SHOWN.usersSeen, '1h').replaceAll('$service', 'shop')
  const test = toYaml({
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([labels, values]) => ({
          series: `hono_users_seen_total{job="shop",${labels}}`,
          values,
        })),
        promql_expr_test: [
          {
            // To two digits, for the sake of binary fractions.
            expr: `round(${expr}, 0.01)`,
            eval_time: '180m',
            exp_samples: expected ? [{ labels: '{job="shop"}', value: expected }] : [],
          },
        ],
      },
    ],
  })
  const { failed, output } = await testRules(new Map([['test.yml', test]]), ['test.yml'])
  return failed.length ? output : ''
}

const growing = '1+0x130 2+0x60'
const constant = '1+0x200'

describe.runIf(isInstalled)('the estimate of active users', () => {
  it.each<[name: string, series: Record<string, string>, users: number]>([
    ['counts slots that grew', { 'hono_slot="1"': growing, 'hono_slot="2"': growing }, 2.01],
    ['leaves out those that did not', { 'hono_slot="1"': growing, 'hono_slot="2"': constant }, 1],
    [
      'counts a slot once for all isolates',
      { 'hono_slot="1",instance="a"': growing, 'hono_slot="1",instance="b"': growing },
      1,
    ],
    [
      'counts what an isolate saw that came and went within the hour',
      { 'hono_slot="1",instance="a"': constant, 'hono_slot="1",instance="b"': '_x140 1+0x10' },
      1,
    ],
    ['says nothing of nobody', { 'hono_slot="1"': constant }, 0],
  ])('%s', async (_, series, users) => {
    expect(await estimated(series, users)).toBe('')
  })

  it('ends where all slots are full', async () => {
    const all = Array.from({ length: 256 }, (_, slot) => [`hono_slot="${slot}"`, growing])
    expect(await estimated(Object.fromEntries(all), 1419.57)).toBe('')
  })
})

import { METRICS } from '../../../prometheus/source/metrics.ts'
import { atMost } from '../../../prometheus/source/promql.ts'
import { slo as objectives } from '../../../thresholds.ts'
import type { Board, PanelSpec } from '../panel.ts'
import { FAILED, NO_STREAMS, SERVICE } from '../query.ts'

const { requests } = METRICS
const COUNT = `${requests.prometheus}_count`
const budget = Number((1 - objectives.availability).toPrecision(6))
const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`

const failedShare = (window: string): string => {
  const all = `sum by (job) (rate(${COUNT}{${SERVICE}}[${window}]))`
  return `(sum by (job) (rate(${COUNT}{${SERVICE},${FAILED}}[${window}])) or 0 * ${all}) / ${all}`
}

const latency = objectives.latency.map(({ seconds, share }): PanelSpec => {
  const matchers = `${SERVICE},${NO_STREAMS}`
  const all = `sum by (job) (rate(${COUNT}{${matchers}}[$__range]))`
  return {
    title: `Within ${seconds} s`,
    description: `Objective: ${percent(share)}, without streams.`,
    kind: 'number',
    unit: 'percentunit',
    width: 6,
    steps: [share, share],
    queries: [
      {
        expr: `${atMost(requests, seconds, 'job', '$__range', matchers)} / ${all}`,
        legend: '{{job}}',
      },
    ],
  }
})

export const slo: Board = {
  uid: 'slo',
  title: 'SLO',
  description: `Objectives: ${percent(objectives.availability)} of requests do not fail; ${objectives.latency
    .map(({ seconds, share }) => `${percent(share)} take less than ${seconds} s`)
    .join('; ')}.`,
  rows: [
    {
      title: 'In the time shown',
      panels: [
        {
          title: 'Available',
          description: `Objective: ${percent(objectives.availability)}.`,
          kind: 'number',
          unit: 'percentunit',
          width: 6,
          steps: [objectives.availability, objectives.availability],
          queries: [{ expr: `1 - ${failedShare('$__range')}`, legend: '{{job}}' }],
        },
        {
          title: 'Error budget left',
          description: 'Of 30 days, whatever time is shown. Below 0 it is spent.',
          kind: 'number',
          unit: 'percentunit',
          width: 6,
          steps: [0.25, 0],
          origin: 'prometheus',
          queries: [
            {
              expr: `job_slo:error_budget_remaining:ratio30d{${SERVICE}}`,
              legend: '{{job}} {{slo}}',
            },
          ],
        },
        ...latency,
      ],
    },
    {
      title: 'How fast the budget burns',
      panels: objectives.windows.map(
        ({ burnRate, long, short, severity }): PanelSpec => ({
          title: `${long} and ${short}`,
          description: `Alerts (${severity}) when both are above ${burnRate}: 1 spends the budget in just 30 days.`,
          kind: 'graph',
          width: 12,
          steps: [burnRate, burnRate],
          queries: [long, short].map((window) => ({
            expr: `${failedShare(window)} / ${budget}`,
            legend: `{{job}} ${window}`,
          })),
        }),
      ),
    },
  ],
}

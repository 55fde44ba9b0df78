import { METRICS, type Metric } from '../../../prometheus/source/metrics.ts'
import { signUps } from '../../../prometheus/source/sign-ups.ts'
import { settings } from '../../../thresholds.ts'
import type { Board, Query } from '../panel.ts'
import { rate, ratio, SERVICE, total } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { auth } = METRICS
const SCHEME = 'hono_auth_scheme'
const FAILED = 'hono_auth_outcome="failure"'
const BROUGHT = 'hono_auth_reason!="missing"'

/** Slots of `usersSeen`, which ids fall into. */
const SLOTS = 256

/**
 * About how many ids there were: linear counting of the slots that grew, or began, in a window. When all are
 * full it says as many as there can be without saying: at least 1,419.
 */
export const active = ({ prometheus }: Metric, window: string): string => {
  const series = `${prometheus}{${SERVICE}}`
  const grown = `increase(${series}[${window}]) > 0`
  // Of an isolate that may be gone again: its first sighting is no increase.
  const isNew = `(last_over_time(${series}[${window}]) unless ${series} offset ${window})`
  const slots = `count by (job) (count by (job, hono_slot) (${grown} or ${isNew}))`
  const seen = `clamp_max(${slots}, ${SLOTS - 1})`
  const times = SLOTS * settings.usersOneIn
  return `-${times} * ln(1 - ${seen} / ${SLOTS})`
}

const activeIn = (metric: Metric): Query[] => [
  { expr: active(metric, '15m'), legend: '{{job}}, 15 minutes' },
  { expr: active(metric, '1h'), legend: '{{job}}, an hour' },
  { expr: active(metric, '1d'), legend: '{{job}}, a day' },
]

const ABOUT =
  'An estimate, from slots that ids fall into: within 5 % up to 250, 11 % at 1,000, and never more than 1,419, all times `usersOneIn`. A new Prometheus counts all that were ever seen as new.'

export const users: Board = {
  uid: 'users',
  title: 'Users',
  description: 'Who is let in and why not, who is new, and about how many are there.',
  rows: [
    {
      title: 'Authentication',
      panels: [
        {
          title: 'Share that is let in',
          description: 'Of those who brought a credential, in the time shown.',
          kind: 'number',
          unit: 'percentunit',
          width: 24,
          queries: [
            {
              expr: `${total(auth, `job, ${SCHEME}`, `hono_auth_outcome="success",${BROUGHT}`)} / ${total(auth, `job, ${SCHEME}`, BROUGHT)}`,
              legend: `{{job}} {{${SCHEME}}}`,
            },
          ],
        },
        {
          title: 'Share that is refused',
          description: 'Of those who brought a credential.',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'AuthFailureRatioHigh',
          queries: [
            {
              expr: ratio(auth, `job, ${SCHEME}`, FAILED, BROUGHT),
              legend: `{{job}} {{${SCHEME}}}`,
            },
          ],
        },
        {
          title: 'Attempts',
          kind: 'graph',
          unit: 'reqps',
          width: 8,
          stacked: true,
          queries: [
            {
              expr: rate(auth, `${SCHEME}, hono_auth_outcome`),
              legend: `{{${SCHEME}}} {{hono_auth_outcome}}`,
            },
          ],
        },
        {
          title: 'Failures by reason',
          description:
            'Many that are `invalid`: somebody tries. `bad_signature`: a key was changed. `limited`: refused before they were looked at.',
          kind: 'graph',
          unit: 'reqps',
          width: 8,
          stacked: true,
          queries: [
            {
              expr: rate(auth, `${SCHEME}, hono_auth_reason`, 'hono_auth_outcome!="success"'),
              legend: `{{${SCHEME}}} {{hono_auth_reason}}`,
            },
          ],
        },
      ],
    },
    {
      title: 'Users',
      panels: [
        {
          title: 'Sign-ups in 24 hours',
          kind: 'graph',
          width: 8,
          queries: [{ expr: signUps(settings, 'job', '1d', '', SERVICE), legend: '{{job}}' }],
        },
        {
          title: 'Active users',
          description: ABOUT,
          kind: 'graph',
          width: 8,
          queries: activeIn(SHOWN.usersSeen),
        },
        {
          title: 'Active sessions',
          description: ABOUT,
          kind: 'graph',
          width: 8,
          queries: activeIn(SHOWN.sessionsSeen),
        },
      ],
    },
  ],
}

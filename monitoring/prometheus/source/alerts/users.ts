import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { decimal, increase, perSecond, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { beginning, growing, type Series } from '../series.ts'
import { signUps } from '../sign-ups.ts'

const team = 'application'
const metric = METRICS.auth
const labels = { job: 'shop', hono_auth_scheme: 'basic' }
const good = { hono_auth_outcome: 'success', hono_auth_reason: 'none' }
const bad = { hono_auth_outcome: 'failure', hono_auth_reason: 'invalid' }
const FAILED = 'hono_auth_outcome="failure"'

/** Whoever brings no credential at all is mostly a robot, or a client that asks whether it needs one. */
const BROUGHT = 'hono_auth_reason!="missing"'

/** Typing errors, and tokens that have just expired, come in handfuls. */
const MIN_FAILURES = 20

/** Who is let in, who tries to be, and who is new. */
export const userAlerts = (thresholds: Thresholds): Alert[] => [
  shareAlert(thresholds, 'AuthFailureRatioHigh', {
    severity: 'warning',
    team,
    summary: '{job} turns users away',
    description:
      '{value} of those who brought a credential ({hono_auth_scheme}) were refused in 10 minutes; the limit is {limit}.',
    metric,
    by: `${SERVICE}, hono_auth_scheme`,
    among: BROUGHT,
    bad: FAILED,
    windowMinutes: 10,
    minFailures: MIN_FAILURES,
    labels,
    badLabels: bad,
    goodLabels: good,
  }),
  failuresSpike(thresholds),
  signUpsStopped(thresholds),
]

/** How many times as many as usual: the median of the last day, which an attack of hours does not move. */
const TIMES = 5

/** Refusals a second: 0, not nothing, where there were attempts without any. */
const FAILURES = 'job:hono_auth_failures:rate10m'

/** Many more than usual: somebody tries passwords or tokens that were stolen elsewhere. */
const failuresSpike = (thresholds: Thresholds): Alert => {
  const limit = limitOf(thresholds, 'AuthFailuresSpike')
  const matchers = `${FAILED},${BROUGHT}`
  const failed = increase(metric, SERVICE, '10m', matchers)
  const welcome = growing(metric, { ...labels, ...good }, 60, 60)
  /** Refusals in ten minutes, and what else there is. */
  const refused = (usual: number, during: number, after = usual): Series[] => [
    growing(metric, { ...labels, ...bad }, usual / 10, during / 10, after / 10),
    welcome,
  ]
  const minutes = [180, 60, 30] as const
  return alert(thresholds, 'AuthFailuresSpike', {
    severity: 'warning',
    team,
    summary: '{job} refuses many more credentials than usual',
    description: `{value} in 10 minutes, more than ${TIMES} times the median of a day; the limit is {limit}. Somebody may be trying stolen passwords.`,
    expr: (threshold) =>
      `${failed} > ${threshold}\nand ${failed} > ${TIMES} * 600 * quantile_over_time(0.5, ${FAILURES}[1d])`,
    recording: [
      {
        record: FAILURES,
        expr:
          `${perSecond(metric, SERVICE, '10m', matchers)}\n` +
          `  or 0 * ${perSecond(metric, SERVICE, '10m')}`,
      },
    ],
    test: {
      labels: { job: 'shop' },
      series: (level) => refused(1, limit * level),
      minutes,
      cases: [
        {
          name: 'of a service that had no refusals before',
          series: [...beginning(refused(0, limit * 3).slice(0, 1)), welcome],
          minutes,
          firing: 1,
        },
        {
          name: 'three times the usual refusals of a busy service',
          series: refused(limit * 4, limit * 12),
          minutes: [26 * 60, 30, 30],
          stepMinutes: 2,
          firing: 0,
        },
        {
          name: 'ten times the usual refusals of a busy service',
          series: refused(limit * 4, limit * 40),
          minutes: [26 * 60, 30, 30],
          stepMinutes: 2,
          firing: 1,
        },
        {
          name: 'robots without any credential',
          series: [
            growing(metric, { ...labels, ...bad, hono_auth_reason: 'missing' }, 0, limit * 10),
          ],
          minutes,
          firing: 0,
        },
        { name: 'a handful of refusals an hour', series: refused(1, 5), minutes, firing: 0 },
      ],
    },
  })
}

/** None, or nearly none, in a day, where the same day of last week, or else yesterday, had enough. */
const signUpsStopped = (thresholds: Thresholds): Alert => {
  const { settings } = thresholds
  const least = settings.minSignUpsPerDay
  const daily = (offset = ''): string => signUps(settings, SERVICE, '1d', offset)
  const usual = `(${daily(' offset 7d')} or ${daily(' offset 1d')})`
  const route = {
    job: 'shop',
    http_request_method: 'POST',
    http_route: settings.signUpRoutes[0] ?? '/sign-up',
    http_response_status_code: '201',
  }
  /** So many a day. */
  const signedUp = (before: number, during: number, after = before): Series[] => [
    growing(METRICS.requests, route, before / 1440, during / 1440, after / 1440),
    growing(METRICS.requests, { ...route, http_response_status_code: '400' }, 1, 1),
  ]
  const day = { minutes: [50 * 60, 30 * 60, 2 * 1440], stepMinutes: 10 } as const
  return alert(thresholds, 'SignUpsStopped', {
    severity: 'warning',
    team,
    summary: '{job} has no new users',
    description:
      '{value} of the sign-ups of the same day of last week, or of yesterday, in the last 24 hours; the limit is {limit}.',
    format: 'share',
    // 0, not nothing, where processes that were started since have no sign-up to count.
    expr: (threshold) =>
      `((${daily()} or 0 * ${increase(METRICS.requests, SERVICE, '1h')})\n` +
      `  / ${usual}) < ${threshold}\nand ${usual} >= ${decimal(least)}`,
    test: {
      ...day,
      labels: { job: 'shop' },
      levels: [0, 2],
      value: 0,
      series: (level) =>
        signedUp(least * 10, least * 10 * limitOf(thresholds, 'SignUpsStopped') * level),
      cases: [
        {
          name: 'a new process, in which nobody has signed up yet',
          series: [
            growing(METRICS.requests, route, (least * 10) / 1440, undefined),
            growing(METRICS.requests, { ...route, http_response_status_code: '500' }, 1, 1),
          ],
          ...day,
          firing: 1,
        },
        { name: 'a service with few', series: signedUp(least * 0.8, 0), ...day, firing: 0 },
        {
          name: 'a Sunday that is as quiet as the last',
          series: signedUp(0, least * 10),
          minutes: [1440, 6 * 1440, 1440],
          stepMinutes: 10,
          firing: 0,
        },
      ],
    },
  })
}

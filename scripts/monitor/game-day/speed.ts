import { parse } from 'yaml'

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** A duration of Prometheus in seconds. */
export const secondsOf = (duration: string): number => {
  const [, number = '', unit = ''] = /^([\d.]+)(ms|[smhd])$/.exec(duration) ?? []
  return Number(number) * (SECONDS[unit] ?? Number.NaN)
}

/** A duration that is `speed` times as short, and at least a tenth of a second. */
export const shorter = (duration: string, speed: number): string =>
  `${Math.max(100, Math.round((secondsOf(duration) * 1000) / speed))}ms`

/**
 * An expression for a world that is `speed` times as fast: its windows, steps and offsets are shorter, and a sum over
 * steps counts shorter ones. Shares, counts, and durations of requests stay as they are.
 */
export const faster = (expr: string, speed: number): string =>
  expr
    .replace(/(?<=[[:]|offset )\d+[smhd](?=[\]:)\s]|$)/g, (duration) => shorter(duration, speed))
    .replace(/(?<=ms:\d+ms\]\)) \* (\d+)/g, (_, seconds) => ` * ${Number(seconds) / speed}`)

interface Group {
  interval?: string
  rules: { expr: string; for?: string }[]
}

/** A file of rules, in that world. JSON is YAML. */
export function fasterRules(yaml: string, speed: number): string {
  const { groups } = parse(yaml) as { groups: Group[] }
  return JSON.stringify({
    groups: groups.map((group) => ({
      ...group,
      interval: shorter(group.interval ?? '30s', speed),
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: faster(rule.expr, speed),
        ...(rule.for && rule.for !== '0m' && { for: shorter(rule.for, speed) }),
      })),
    })),
  })
}

const TIMES = new Set(['group_wait', 'group_interval', 'repeat_interval'])

interface Route {
  routes?: Route[]
  [key: string]: unknown
}

const fasterRoute = ({ routes, ...route }: Route, speed: number): Route => ({
  ...Object.fromEntries(
    Object.entries(route).map(([key, value]) => [
      key,
      TIMES.has(key) ? shorter(String(value), speed) : value,
    ]),
  ),
  ...(routes && { routes: routes.map((each) => fasterRoute(each, speed)) }),
})

/** Alertmanager's configuration in that world, with a webhook for everybody that it would tell. */
export function fasterAlertmanager(yaml: string, speed: number, webhookUrl: string): string {
  const { route, inhibit_rules, time_intervals, receivers } = parse(yaml) as {
    route: Route
    receivers: { name: string }[]
    [key: string]: unknown
  }
  return JSON.stringify({
    route: fasterRoute(route, speed),
    inhibit_rules,
    time_intervals,
    receivers: receivers.map(({ name }) => ({
      name,
      webhook_configs: [
        { url: `${webhookUrl}/${name}`, send_resolved: name !== 'dead-mans-switch' },
      ],
    })),
  })
}

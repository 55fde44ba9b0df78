import { parse } from 'yaml'

interface Route {
  readonly receiver?: string
  readonly group_wait?: string
  readonly active_time_intervals?: readonly string[]
  readonly mute_time_intervals?: readonly string[]
  readonly routes?: readonly Route[]
}

interface Config {
  readonly route: Route
  readonly receivers: readonly Readonly<Record<string, unknown>>[]
}

/** What a configuration says of a receiver. */
export interface Receiver {
  readonly name: string
  /** Kinds of what it tells by, such as `slack`, one for each message. */
  readonly integrations: readonly string[]
  /** The longest that a route to it waits for company. */
  readonly waitMs: number
  /** When it is told at all, or not, if that is so of every route to it. */
  readonly intervals: readonly string[]
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A duration of Alertmanager, such as `1m30s`. */
export const millisecondsOf = (duration: string): number =>
  [...duration.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit as keyof typeof UNITS],
    0,
  )

/** A route and those below it, each with what it has from above. Intervals are the one thing that is not handed down. */
const allRoutes = (route: Route, above: Route = {}): Route[] => {
  const own = {
    receiver: route.receiver ?? above.receiver,
    group_wait: route.group_wait ?? above.group_wait ?? '30s',
  } as Route
  return [{ ...route, ...own }, ...(route.routes ?? []).flatMap((each) => allRoutes(each, own))]
}

const intervalsOf = ({ active_time_intervals = [], mute_time_intervals = [] }: Route): string[] => [
  ...active_time_intervals,
  ...mute_time_intervals,
]

/** The receivers of a configuration, which is YAML as Alertmanager shows it. */
export function receiversOf(yaml: string): Receiver[] {
  const { route, receivers } = parse(yaml) as Config
  const routes = allRoutes(route)
  return receivers.map((receiver) => {
    const name = String(receiver.name)
    const own = routes.filter((each) => each.receiver === name)
    return {
      name,
      integrations: Object.entries(receiver).flatMap(([key, list]) =>
        key.endsWith('_configs') && Array.isArray(list)
          ? list.map(() => key.slice(0, -'_configs'.length))
          : [],
      ),
      waitMs: Math.max(0, ...own.map(({ group_wait = '' }) => millisecondsOf(group_wait))),
      intervals: own.every((each) => intervalsOf(each).length > 0)
        ? [...new Set(own.flatMap(intervalsOf))]
        : [],
    }
  })
}

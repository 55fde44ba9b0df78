import { type History, type MonthOptions, withHistory } from './simulate.ts'

/** What a group of rules costs. */
export interface GroupCost {
  readonly group: string
  /** Seconds of CPU for five minutes of evaluations. */
  readonly cpuSeconds: number
}

const DAYS = 4
const ROUNDS = 20
const FIVE_MINUTES = 300

/** Seconds of CPU that Prometheus has taken so far. */
async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1])
}

async function ofGroups({ url, endSeconds, groups }: History): Promise<GroupCost[]> {
  const costs: GroupCost[] = []
  for (const { name, intervalSeconds, recording = [], alerts = [] } of groups) {
    const before = await cpuSeconds(url)
    for (let round = 0; round < ROUNDS; round++) {
      const time = `${endSeconds - round * intervalSeconds}`
      for (const { expr } of [...recording, ...alerts]) {
        await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr, time })}`).then(
          (response) => response.arrayBuffer(),
        )
      }
    }
    const each = ((await cpuSeconds(url)) - before) / ROUNDS
    costs.push({ group: name, cpuSeconds: (each * FIVE_MINUTES) / intervalSeconds })
  }
  return costs
}

/** What rules cost with so many services, each of 83 series, with four days of history. */
export const costOf = (
  services: number,
  options: Omit<MonthOptions, 'minutes' | 'services'>,
): Promise<GroupCost[]> => withHistory({ ...options, minutes: DAYS * 1440, services }, ofGroups)

/** A table for one service and for several, and what another one adds. */
export const costTable = (
  one: readonly GroupCost[],
  many: readonly GroupCost[],
  services: number,
): string => {
  const sum = (costs: readonly GroupCost[]): number =>
    costs.reduce((total, each) => total + each.cpuSeconds, 0)
  const row = (name: string, first: number, all: number): string =>
    `| ${name} | ${first.toFixed(2)} | ${all.toFixed(2)} | ${((all - first) / (services - 1)).toFixed(2)} |`
  return [
    `| group of rules | one service | ${services} services | each further one |`,
    '|---|---|---|---|',
    ...one.map(({ group, cpuSeconds }, at) => row(group, cpuSeconds, many[at]?.cpuSeconds ?? 0)),
    row('**all**', sum(one), sum(many)),
  ].join('\n')
}

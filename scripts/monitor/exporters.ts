import type { Profile } from './options.ts'

/** The exporters of compose.yaml: by the job that rules know, and the list of targets that they are in. */
const EXPORTERS: readonly {
  readonly profile: Profile
  readonly list: 'DATABASE_TARGETS' | 'HOST_TARGETS'
  readonly job: string
  readonly address: string
}[] = [
  {
    profile: 'postgres',
    list: 'DATABASE_TARGETS',
    job: 'postgres',
    address: 'postgres-exporter:9187',
  },
  { profile: 'mysql', list: 'DATABASE_TARGETS', job: 'mysql', address: 'mysqld-exporter:9104' },
  { profile: 'redis', list: 'DATABASE_TARGETS', job: 'redis', address: 'redis-exporter:9121' },
  { profile: 'hosts', list: 'HOST_TARGETS', job: 'node', address: 'node-exporter:9100' },
  { profile: 'hosts', list: 'HOST_TARGETS', job: 'cadvisor', address: 'cadvisor:8080' },
]

/** What Prometheus is to scrape of the profiles that are on, as variables of compose.yaml: what is off is not down. */
export const exporterTargets = (profiles: readonly Profile[]): Record<string, string> => {
  const lists: Record<string, object[]> = {}
  for (const { profile, list, job, address } of EXPORTERS) {
    if (profiles.includes(profile)) {
      lists[list] = [...(lists[list] ?? []), { targets: [address], labels: { job } }]
    }
  }
  // JSON is YAML.
  return Object.fromEntries(
    Object.entries(lists).map(([list, targets]) => [list, JSON.stringify(targets)]),
  )
}

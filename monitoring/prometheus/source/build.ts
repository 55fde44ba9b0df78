import type { Settings, Thresholds } from '../../thresholds.ts'
import { containerAlerts } from './alerts/containers.ts'
import { costAlerts } from './alerts/cost.ts'
import { databaseAlerts } from './alerts/databases.ts'
import { dependencyAlerts } from './alerts/dependencies.ts'
import { hostAlerts } from './alerts/hosts.ts'
import { jobAlerts } from './alerts/jobs.ts'
import { platformAlerts } from './alerts/platform.ts'
import { poolAlerts } from './alerts/pools.ts'
import { requestAlerts } from './alerts/requests.ts'
import { stackAlerts } from './alerts/stack.ts'
import { telemetryAlerts } from './alerts/telemetry.ts'
import { userAlerts } from './alerts/users.ts'
import { casesFile, rulesFor } from './cases-file.ts'
import { recordingGroup } from './recording.ts'
import type { Alert, RuleFile } from './rule.ts'
import { rulesFile, type Timing } from './rules-file.ts'
import { burnAlerts } from './slo.ts'
import { budgetGroup, sloGroups } from './slo-recording.ts'
import { testsFile } from './tests-file.ts'
import { toYaml, type Yaml } from './yaml.ts'

/** All rules, by file. */
export const ruleFiles = (thresholds: Thresholds): RuleFile[] => {
  const alerting = (name: string, alerts: readonly Alert[], needs: string[] = []): RuleFile => {
    const recording = alerts.flatMap(({ recording = [] }) => recording)
    return {
      file: `${name}.yml`,
      groups: [{ name, intervalSeconds: 30, ...(recording.length && { recording }), alerts }],
      needs,
    }
  }
  return [
    { file: 'red.yml', groups: [recordingGroup(thresholds)] },
    {
      file: 'slo.yml',
      groups: [
        ...sloGroups(thresholds),
        { name: 'slo-alerts', intervalSeconds: 30, alerts: burnAlerts(thresholds) },
      ],
    },
    { file: 'slo-budget.yml', groups: [budgetGroup(thresholds)] },
    alerting('requests', requestAlerts(thresholds), ['red.yml']),
    alerting('users', userAlerts(thresholds)),
    alerting('platform', platformAlerts(thresholds), ['red.yml']),
    alerting('dependencies', dependencyAlerts(thresholds)),
    alerting('databases', [...databaseAlerts(thresholds), ...poolAlerts(thresholds)]),
    alerting('hosts', [...hostAlerts(thresholds), ...containerAlerts(thresholds)]),
    alerting('cost', costAlerts(thresholds)),
    alerting('jobs', jobAlerts(thresholds)),
    alerting('telemetry', telemetryAlerts(thresholds), ['red.yml']),
    alerting('stack', stackAlerts(thresholds)),
  ]
}

/** All alerts, in the order of their files. */
export const allAlerts = (thresholds: Thresholds): Alert[] =>
  ruleFiles(thresholds).flatMap(({ groups }) => groups.flatMap(({ alerts = [] }) => alerts))

const NOTE = '# Made by `node monitoring/generate.ts` from monitoring/thresholds.ts.\n'

const yaml = (content: Yaml): string => `${NOTE}${toYaml(content)}\n`

/** It always fires. Who does not hear it any more knows that nothing is watched. */
const watchdog: Yaml = {
  groups: [
    {
      name: 'watchdog',
      interval: '30s',
      rules: [
        {
          alert: 'Watchdog',
          expr: 'vector(1)',
          labels: { severity: 'heartbeat', team: 'observability', service: 'monitoring' },
          annotations: {
            summary: 'All is well: alerts are evaluated and get through',
            description: 'It always fires. When it is not heard, nobody is watching.',
          },
        },
      ],
    },
  ],
}

/** Of each alert, by its name: the rules that it is made of and the files of rules that those are from. */
const byAlert = (
  files: readonly RuleFile[],
): Map<string, { alerts: Alert[]; from: RuleFile[] }> => {
  const found = new Map<string, { alerts: Alert[]; from: RuleFile[] }>()
  for (const rules of files) {
    const from = [...files.filter(({ file }) => rules.needs?.includes(file)), rules]
    for (const alert of rules.groups.flatMap(({ alerts = [] }) => alerts)) {
      const known = found.get(alert.name)
      if (known) known.alerts.push(alert)
      else found.set(alert.name, { alerts: [alert], from })
    }
  }
  return found
}

/** What tests are run on: of each alert its own rules, by their paths. All others would only take time. */
export const testedRules = (files: readonly RuleFile[], settings: Settings): Map<string, string> =>
  new Map(
    [...byAlert(files)].map(([name, { alerts, from }]) => [
      `tests/rules/${name}.yml`,
      yaml(rulesFor(alerts, from, settings)),
    ]),
  )

/** Every generated file of `monitoring/prometheus` with its content, by its path there. */
export const generated = (thresholds: Thresholds, timing?: Timing): Map<string, string> => {
  const { settings } = thresholds
  const all = ruleFiles(thresholds)
  const files = new Map<string, string>(
    all.map(({ file, groups }) => [`rules/${file}`, yaml(rulesFile(groups, settings, timing))]),
  )
  files.set('rules/watchdog.yml', yaml(watchdog))
  for (const [name, { alerts, from }] of byAlert(all)) {
    files.set(`tests/${name}.yml`, yaml(testsFile(alerts, from, settings)))
    files.set(`tests/cases/${name}.yml`, yaml(casesFile(alerts, from)))
  }
  return new Map([...files, ...testedRules(all, settings)])
}

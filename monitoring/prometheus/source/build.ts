import type { Thresholds } from '../../thresholds.ts'
import { dependencyAlerts } from './alerts/dependencies.ts'
import { jobAlerts } from './alerts/jobs.ts'
import { platformAlerts } from './alerts/platform.ts'
import { requestAlerts } from './alerts/requests.ts'
import { telemetryAlerts } from './alerts/telemetry.ts'
import { recordingGroup } from './recording.ts'
import type { Alert, RuleFile } from './rule.ts'
import { rulesFile, type Timing } from './rules-file.ts'
import { budgetGroup, burnAlerts, sloGroup } from './slo.ts'
import { testsFile } from './tests-file.ts'
import { toYaml, type Yaml } from './yaml.ts'

/** All rules, by file. */
export const ruleFiles = (thresholds: Thresholds): RuleFile[] => {
  const alerting = (name: string, alerts: readonly Alert[]): RuleFile => ({
    file: `${name}.yml`,
    groups: [{ name, intervalSeconds: 30, alerts }],
  })
  return [
    { file: 'red.yml', groups: [recordingGroup(thresholds)] },
    {
      file: 'slo.yml',
      groups: [
        sloGroup(thresholds),
        { name: 'slo-alerts', intervalSeconds: 30, alerts: burnAlerts(thresholds) },
      ],
    },
    { file: 'slo-budget.yml', groups: [budgetGroup(thresholds)] },
    alerting('requests', requestAlerts(thresholds)),
    alerting('platform', platformAlerts(thresholds)),
    alerting('dependencies', dependencyAlerts(thresholds)),
    alerting('jobs', jobAlerts(thresholds)),
    alerting('telemetry', telemetryAlerts(thresholds)),
  ]
}

/** All alerts, in the order of their files. */
export const allAlerts = (thresholds: Thresholds): Alert[] =>
  ruleFiles(thresholds).flatMap(({ groups }) => groups.flatMap(({ alerts = [] }) => alerts))

const NOTE = '# Made by `node monitoring/generate.ts` from monitoring/thresholds.ts.\n'

const yaml = (content: Yaml): string => `${NOTE}${toYaml(content)}\n`

/** Every generated file of `monitoring/prometheus` with its content, by its path there. */
export const generated = (thresholds: Thresholds, timing?: Timing): Map<string, string> => {
  const files = new Map<string, string>()
  for (const { file, groups } of ruleFiles(thresholds)) {
    files.set(`rules/${file}`, yaml(rulesFile(groups, thresholds.settings, timing)))
    const byName = Map.groupBy(
      groups.flatMap(({ alerts = [] }) => alerts),
      ({ name }) => name,
    )
    for (const [name, alerts] of byName) {
      const content = testsFile(alerts, { file, groups }, thresholds.settings)
      files.set(`tests/${name}.yml`, yaml(content))
    }
  }
  return files
}

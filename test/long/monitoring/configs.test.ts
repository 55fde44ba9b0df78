import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { flagsForPrometheus2, forPrometheus2 } from './configs.ts'
import { areInstalled, MONITORING, run } from './tools.ts'

const ALERTMANAGER = `${MONITORING}alertmanager/`
const PROMETHEUS = `${MONITORING}prometheus/`
const hasAmtool = areInstalled(['amtool'], "Alertmanager's configuration, by amtool")
const hasPromtool = areInstalled(['promtool'], "Prometheus's configuration, by promtool")

const SEVERITIES = ['critical', 'warning', 'ticket'] as const
const TEAMS = ['application', 'platform', 'observability'] as const

/** Who hears of it. */
const RECEIVERS = {
  // A service pages once, whichever team's alerts say so.
  critical: (team: string) =>
    `pagerduty-${team === 'observability' ? team : 'services'},slack-${team}`,
  warning: (team: string) => `slack-${team}`,
  ticket: (team: string) => `tickets-${team}`,
}

describe.runIf(hasPromtool)('promtool', () => {
  it.each(['dev', 'prod'])('takes prometheus.%s.yml with its rules', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'))
    try {
      for (const part of ['rules', 'targets']) {
        cpSync(`${PROMETHEUS}${part}`, join(folder, part), { recursive: true })
      }
      mkdirSync(join(folder, 'secrets'))
      writeFileSync(join(folder, 'secrets/metrics_token'), 'token')
      const config = readFileSync(`${PROMETHEUS}prometheus.${name}.yml`, 'utf8')
      writeFileSync(join(folder, 'prometheus.yml'), forPrometheus2(config))
      const { status, output } = await run('promtool', [
        'check',
        'config',
        join(folder, 'prometheus.yml'),
      ])
      expect(status, output).toBe(0)
      expect(output).toContain('14 rule files found')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('would not take a configuration that is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'))
    try {
      const config = readFileSync(`${PROMETHEUS}prometheus.dev.yml`, 'utf8')
      const file = join(folder, 'prometheus.yml')
      writeFileSync(
        file,
        forPrometheus2(config).replace('scrape_timeout: 5s', 'scrape_timeout: 9s'),
      )
      expect((await run('promtool', ['check', 'config', file])).output).toContain('FAILED')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('Prometheus', () => {
  it('keeps metrics for 30 days, and exemplars', () => {
    expect(flagsForPrometheus2()).toEqual([
      '--storage.tsdb.retention.time=30d',
      '--enable-feature=exemplar-storage,created-timestamp-zero-ingestion',
    ])
  })
})

describe('what is muted', () => {
  it('is the same in dev, where it is tried, as in prod', () => {
    const [dev, prod] = ['dev', 'prod'].map((name) => {
      const config = readFileSync(`${ALERTMANAGER}alertmanager.${name}.yml`, 'utf8')
      const rules = config.match(/^inhibit_rules:\n((?: .*\n)+)/m)?.[1]
      return rules?.replaceAll(/^ *#.*\n/gm, '')
    })
    expect(dev).toContain('source_matchers: [severity="critical"]')
    expect(prod).toBe(dev)
  })
})

describe('secrets', () => {
  it.each([
    'alertmanager/alertmanager.prod.yml',
    'prometheus/prometheus.prod.yml',
    'prometheus/prometheus.dev.yml',
  ])('of %s are files', (file) => {
    const config = readFileSync(`${MONITORING}${file}`, 'utf8')
    expect(config).toMatch(/_file: secrets\//)
    expect(config).not.toMatch(
      /\b(?:password|credentials|routing_key|service_key|api_url|slack_api_url|bearer_token): /,
    )
    expect(config).not.toContain('${')
  })
})

describe.runIf(hasAmtool)('amtool', () => {
  const config = `${ALERTMANAGER}alertmanager.prod.yml`

  it.each(['dev', 'prod'])('takes alertmanager.%s.yml', async (name) => {
    const file = `${ALERTMANAGER}alertmanager.${name}.yml`
    const { status, output } = await run('amtool', ['check-config', file])
    expect(status, output).toBe(0)
    expect(output).toContain('2 inhibit rules')
  })

  const route = (receivers: string, labels: readonly string[]) =>
    run('amtool', [
      'config',
      'routes',
      'test',
      `--config.file=${config}`,
      `--verify.receivers=${receivers}`,
      ...labels,
    ])

  it.each(SEVERITIES.flatMap((severity) => TEAMS.map((team) => ({ severity, team }))))(
    'sends $severity of $team where it belongs',
    async ({ severity, team }) => {
      const labels = [`severity=${severity}`, `team=${team}`, 'service=shop']
      const { status, output } = await route(RECEIVERS[severity](team), labels)
      expect(status, output).toBe(0)
      const production = await route(RECEIVERS[severity](team), [
        ...labels,
        'environment=production',
      ])
      expect(production.status, production.output).toBe(0)
    },
  )

  it.each(TEAMS)('wakes nobody of %s for staging', async (team) => {
    const labels = ['severity=critical', `team=${team}`, 'environment=staging', 'service=shop']
    expect((await route(`slack-${team}`, labels)).status).toBe(0)
  })

  it('loses no alert without a team or severity', async () => {
    expect((await route('slack-observability', ['alertname=Other'])).status).toBe(0)
  })

  it("sends the Watchdog to the dead man's switch, and nowhere else", async () => {
    const [group] = parse(readFileSync(`${PROMETHEUS}rules/watchdog.yml`, 'utf8')).groups
    const [{ alert, expr, labels: own }] = group.rules
    expect([alert, expr]).toEqual(['Watchdog', 'vector(1)'])
    const { external_labels } = parse(
      readFileSync(`${PROMETHEUS}prometheus.prod.yml`, 'utf8'),
    ).global
    const labels = Object.entries({ alertname: alert, ...external_labels, ...own }).map(
      ([name, value]) => `${name}=${value}`,
    )
    expect((await route('dead-mans-switch', labels)).status).toBe(0)
  })

  it('pages for what is critical, whoever it belongs to', async () => {
    const labels = ['severity=critical', 'team=unheard-of']
    expect((await route('pagerduty-observability,slack-observability', labels)).status).toBe(0)
  })

  it('would notice a wrong route', async () => {
    const labels = ['severity=critical', 'team=platform']
    expect((await route('slack-platform', labels)).status).toBe(1)
  })

  it('writes messages with the runbook of each alert', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'template-'))
    const alert = (name: string, status = 'firing') => ({
      status,
      labels: { alertname: name, severity: 'critical', environment: 'production' },
      annotations: {
        summary: `${name} of shop`,
        description: 'It is bad.',
        runbook_url: `https://runbooks.example.com/shop/${name}.md`,
        dashboard_url: 'https://grafana.example.com/d/routes?var-service=shop',
        logs_url: 'https://grafana.example.com/d/logs?var-service=shop',
      },
      generatorURL: `https://prometheus.example.com/${name}`,
    })
    const links = (name: string) => [
      `Runbook: https://runbooks.example.com/shop/${name}.md`,
      'Dashboard: https://grafana.example.com/d/routes?var-service=shop',
      'Logs: https://grafana.example.com/d/logs?var-service=shop',
      `Query: https://prometheus.example.com/${name}`,
    ]
    try {
      const data = join(folder, 'data.json')
      const alerts = [alert('RpcSlow', 'resolved'), alert('UpstreamSlow'), alert('DatabaseSlow')]
      writeFileSync(data, JSON.stringify({ status: 'firing', alerts }))
      const { stdout, output } = await run('amtool', [
        'template',
        'render',
        `--template.glob=${ALERTMANAGER}templates/*.tmpl`,
        `--template.data=${data}`,
        '--template.text={{ template "alert.title" . }}\n{{ template "alert.text" . }}',
      ])
      expect(stdout.trim().split('\n'), output).toEqual([
        '[FIRING 2] UpstreamSlow of shop',
        'UpstreamSlow (critical, production): UpstreamSlow of shop',
        'It is bad.',
        ...links('UpstreamSlow'),
        'DatabaseSlow (critical, production): DatabaseSlow of shop',
        'It is bad.',
        ...links('DatabaseSlow'),
        // Not as if it went on.
        'Resolved: RpcSlow (critical, production): RpcSlow of shop',
      ])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

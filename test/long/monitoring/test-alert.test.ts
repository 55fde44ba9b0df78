import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Pager, startPager } from '../../../scripts/monitor/game-day/pager.ts'
import { fasterAlertmanager } from '../../../scripts/monitor/game-day/speed.ts'
import { parseOptions } from '../../../scripts/monitor/options.ts'
import { millisecondsOf, receiversOf } from '../../../scripts/monitor/test-alert/routes.ts'
import { faultsOf, tryAlerts } from '../../../scripts/monitor/test-alert/run.ts'
import { freePort, startServer } from './servers.ts'
import { areInstalled, MONITORING } from './tools.ts'

const isInstalled = areInstalled(['prometheus-alertmanager'], 'test alerts, by Alertmanager')
const ROOT = `${import.meta.dirname}/../../..`
/** An hour takes six seconds. */
const SPEED = 600
const ALL = { severity: undefined, team: undefined }
const shipped = readFileSync(`${MONITORING}alertmanager/alertmanager.prod.yml`, 'utf8')
/** At any time, so that the test does not depend on the hour. */
const always = shipped.replaceAll(/^ *active_time_intervals: .*\n/gm, '')

const withoutRun = (service: string): string => service.replace(/-\d{9}$/, '')

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Routes of production, in little time, with somebody to listen in the place of each receiver. */
const start = async (config = always): Promise<{ port: number; pager: Pager }> => {
  const pager = await startPager()
  stops.push(() => pager.close())
  const folder = mkdtempSync(join(tmpdir(), 'test-alert-'))
  stops.push(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'alertmanager.yml'), fasterAlertmanager(config, SPEED, pager.url))
  const port = await freePort()
  stops.push(
    await startServer(
      'prometheus-alertmanager',
      [
        `--config.file=${join(folder, 'alertmanager.yml')}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      `http://127.0.0.1:${port}/-/ready`,
    ),
  )
  return { port, pager }
}

/** The command, as somebody runs it. */
const command = async (...args: string[]): Promise<{ code: number; output: string }> => {
  const child = spawn(process.execPath, ['scripts/monitor/main.ts', '--test-alert', ...args], {
    cwd: ROOT,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

describe.runIf(isInstalled)('test alerts in the routes of production', () => {
  it('reach who should be told of each severity and team, and end', async () => {
    const { port, pager } = await start()
    const outcome = await tryAlerts(`http://127.0.0.1:${port}`, ALL)
    const routed = [...outcome.routed].map(([service, names]) => [withoutRun(service), names])
    expect(Object.fromEntries(routed)).toEqual({
      'test-critical-application': ['pagerduty-services', 'slack-application'],
      'test-critical-platform': ['pagerduty-services', 'slack-platform'],
      'test-critical-observability': ['pagerduty-observability', 'slack-observability'],
      'test-warning-application': ['slack-application'],
      'test-warning-platform': ['slack-platform'],
      'test-warning-observability': ['slack-observability'],
      'test-ticket-application': ['tickets-application'],
      'test-ticket-platform': ['tickets-platform'],
      'test-ticket-observability': ['tickets-observability'],
    })
    expect(outcome.told).toEqual([{ integration: 'webhook', expected: 12, sent: 12, failed: 0 }])
    expect(faultsOf(outcome)).toEqual([])
    const of = (status: string) =>
      pager.notifications
        .filter((each) => each.status === status)
        .map(({ receiver, service }) => `${service} ${receiver}`)
        .sort()
    const expected = [...outcome.routed].flatMap(([service, names]) =>
      names.map((name) => `${service} ${name}`),
    )
    expect(of('firing')).toEqual(expected.sort())
    expect(new Set(pager.notifications.flatMap(({ firing }) => firing))).toEqual(
      new Set(['TestAlert']),
    )
    await expect.poll(() => of('resolved'), { timeout: 90_000, interval: 250 }).toEqual(expected)
  })

  it('are the ones that are asked for, and the command says so', async () => {
    const { port, pager } = await start()
    const { code, output } = await command('critical', 'platform', `--port=alertmanager=${port}`)
    expect(output).toMatch(/^test-critical-platform-\d{9} +pagerduty-services, slack-platform$/m)
    expect(output).toMatch(/^webhook +2 of 2 messages sent, 0 attempts failed$/m)
    expect(code).toBe(0)
    const told = () => pager.notifications.filter(({ status }) => status === 'firing')
    expect(new Set(told().map(({ service }) => withoutRun(service)))).toEqual(
      new Set(['test-critical-platform']),
    )
    // And again, at once: as if nobody had been told of it a moment ago.
    expect((await command('critical', 'platform', `--port=alertmanager=${port}`)).code).toBe(0)
    expect(told()).toHaveLength(4)
  })

  it('fail where nobody takes the message', async () => {
    const { port, pager } = await start()
    await pager.close()
    const { code, output } = await command('warning', 'application', `--port=alertmanager=${port}`)
    expect(output).toMatch(/^webhook +0 of 1 messages sent, [1-9]\d* attempts failed$/m)
    expect(output).toMatch(/^The test has failed: [1-9]\d* attempts to tell by webhook failed$/m)
    expect(code).toBe(1)
    // They are ended all the same.
    const response = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`)
    expect(await response.json()).toEqual([])
  })

  it('say that they are a test, to every template', async () => {
    const { port } = await start(always.replaceAll(/group_wait: .*/g, 'group_wait: 30m'))
    const url = `http://127.0.0.1:${port}/api/v2/alerts`
    const trying = tryAlerts(`http://127.0.0.1:${port}`, { severity: 'ticket', team: 'platform' })
    const seen = async () => (await (await fetch(url)).json()) as unknown[]
    await expect.poll(async () => (await seen()).length, { timeout: 20_000 }).toBe(1)
    expect(await seen()).toMatchObject([
      {
        labels: { alertname: 'TestAlert', test: 'true', severity: 'ticket', team: 'platform' },
        annotations: {
          summary: 'TEST, nothing is wrong: ticket for platform',
          description: expect.stringContaining('--test-alert'),
          runbook_url: expect.stringMatching(/^https:/),
          dashboard_url: expect.stringMatching(/^https:/),
          logs_url: expect.stringMatching(/^https:/),
        },
      },
    ])
    expect(faultsOf(await trying)).toEqual([])
  })
})

describe('npm run monitor -- --test-alert', () => {
  it('says that no Alertmanager answers, and where', async () => {
    const port = await freePort()
    const { code, output } = await command(`--port=alertmanager=${port}`)
    expect(output).toContain(
      `Cannot test alerts: no Alertmanager answers at http://127.0.0.1:${port}. Start it`,
    )
    expect(output).not.toContain('Usage')
    expect(code).toBe(1)
  })

  it('says so where somebody else answers', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    stops.push(() => other.close())
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await expect(tryAlerts(url, ALL)).rejects.toThrow(
      `Cannot test alerts: what answers at ${url} is no Alertmanager`,
    )
  })

  it('takes a severity and a team, in any order, and nothing else', () => {
    const wanted = (...args: string[]) => parseOptions(['--test-alert', ...args]).testAlert
    expect(wanted()).toEqual(ALL)
    expect(wanted('platform', 'ticket')).toEqual({ severity: 'ticket', team: 'platform' })
    expect(() => wanted('heartbeat')).toThrow(/must be followed by at most one of .* heartbeat$/)
    expect(() => wanted('critical', 'warning')).toThrow(/received warning$/)
    expect(parseOptions([]).testAlert).toBeUndefined()
  })
})

describe('what a configuration says of a receiver', () => {
  it('is how it is told, how long its routes wait, and when', () => {
    const of = (name: string) => receiversOf(shipped).find((each) => each.name === name)
    expect(of('tickets-platform')).toEqual({
      name: 'tickets-platform',
      integrations: ['email', 'webhook'],
      waitMs: 300_000,
      intervals: ['office hours'],
    })
    expect(of('pagerduty-services')).toMatchObject({ integrations: ['pagerduty'], waitMs: 30_000 })
    // Tickets of no team go there in office hours, warnings at any time.
    expect(of('slack-observability')).toMatchObject({ integrations: ['slack'], intervals: [] })
    expect(millisecondsOf('1h30m')).toBe(5_400_000)
    expect(millisecondsOf('500ms')).toBe(500)
  })

  it('does not make a failure of what waits for its time', () => {
    const [tickets] = receiversOf(shipped).filter(({ name }) => name === 'tickets-platform')
    const outcome = {
      routed: new Map([['test-ticket-platform', ['tickets-platform']]]),
      told: [{ integration: 'email', expected: 1, sent: 0, failed: 0 }],
    }
    expect(faultsOf({ ...outcome, timed: tickets ? [tickets] : [] })).toEqual([])
    expect(faultsOf({ ...outcome, timed: [] })).toEqual(['0 of 1 messages were sent by email'])
    expect(faultsOf({ ...outcome, routed: new Map([['a', []]]), timed: [] })).toContain(
      'a reached no receiver',
    )
  })
})

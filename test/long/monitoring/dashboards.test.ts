import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { boards } from '../../../monitoring/grafana/source/boards.ts'
import { fileOf } from '../../../monitoring/grafana/source/file.ts'
import { boardQueries, syntaxErrors } from './dashboards-queries.ts'

const GRAFANA = `${import.meta.dirname}/../../../monitoring/grafana`
const REMOVED = ['graph', 'singlestat', 'table-old', 'grafana-piechart-panel']

interface Panel {
  id: number
  type: string
  datasource?: { uid: string }
  targets?: { refId: string; datasource?: { uid: string } }[]
}

interface Datasource {
  uid: string
  type: string
  url: string
  jsonData: Record<string, unknown>
}

const datasources = async (): Promise<Datasource[]> =>
  parse(await readFile(`${GRAFANA}/provisioning/datasources/datasources.yaml`, 'utf8')).datasources

describe('the dashboards', () => {
  it('are the fourteen that are meant to be there', () => {
    expect(boards.map(({ title }) => title)).toEqual([
      'Overview',
      'Routes',
      'Dependencies',
      'Errors',
      'Logs',
      'Jobs',
      'SLO',
      'Business',
      'Users',
      'Cost',
      'Databases',
      'Hosts',
      'Runtime & platform',
      'Telemetry health',
    ])
  })

  it('lie there as the generator writes them', async () => {
    const files = await readdir(`${GRAFANA}/dashboards`)
    expect(files.sort()).toEqual(boards.map(({ uid }) => `${uid}.json`).sort())
    for (const board of boards) {
      const file = await readFile(`${GRAFANA}/dashboards/${board.uid}.json`, 'utf8')
      expect(file, `${board.uid}: run npm run generate`).toBe(fileOf(board))
    }
  })

  it('are bare, with panels of today that ask datasources that are provisioned', async () => {
    const known = new Set((await datasources()).map(({ uid }) => uid))
    for (const board of boards) {
      const file = JSON.parse(fileOf(board))
      expect(file).toMatchObject({ uid: board.uid, title: board.title })
      expect(file.dashboard).toBeUndefined()
      const panels: Panel[] = file.panels
      expect(panels.length).toBeGreaterThan(board.rows.length)
      expect(new Set(panels.map(({ id }) => id)).size, 'panel ids').toBe(panels.length)
      for (const panel of panels) {
        expect(REMOVED).not.toContain(panel.type)
        if (panel.type === 'row') continue
        expect(panel.targets?.length).toBeGreaterThan(0)
        for (const target of panel.targets ?? []) {
          // Chosen by a variable, which begins with the one that is provisioned.
          const uid = target.datasource?.uid.replace(/^\$\{(\w+)\}$/, '$1')
          expect(target.datasource?.uid).toBe(`\${${uid}}`)
          expect(known).toContain(uid)
        }
      }
    }
  })

  it('let datasources and services be chosen, also those without HTTP', () => {
    for (const board of boards) {
      const { list } = JSON.parse(fileOf(board)).templating as {
        list: { name: string; type: string; query?: { query?: string } }[]
      }
      expect(list.map(({ name, type }) => [name, type])).toEqual([
        ['prometheus', 'datasource'],
        ['loki', 'datasource'],
        ['tempo', 'datasource'],
        ['service', 'query'],
      ])
      const services = list[3]?.query?.query ?? ''
      expect(services).toContain('messaging_client_consumed_messages_total')
      const [, selector = ''] = /^label_values\((\{.*\}), job\)$/.exec(services) ?? []
      expect(syntaxErrors('prometheus', selector)).toEqual([])
    }
  })

  it('mark deploys, and lead to the runbook of each limit and to the logs', () => {
    for (const board of boards) {
      const { panels, annotations } = JSON.parse(fileOf(board)) as {
        panels: (Panel & { title: string; links?: { title: string; url: string }[] })[]
        annotations: { list: { name: string; expr?: string }[] }
      }
      const deploys = annotations.list.find(({ name }) => name === 'Deploys')
      expect(
        syntaxErrors('prometheus', deploys?.expr?.replaceAll('$service', 'shop') ?? '('),
      ).toEqual([])
      const shown = panels.filter(({ type }) => type !== 'row')
      const specs = board.rows.flatMap((row) => row.panels)
      for (const [at, { limit, title, source = 'prometheus' }] of specs.entries()) {
        const links = shown[at]?.links ?? []
        const urls = links.map(({ url }) => url)
        if (limit) expect(urls.join(), title).toContain(`/${limit}.md`)
        if (source === 'prometheus') expect(urls.join(), title).toContain('/d/logs?')
      }
    }
  })

  it('leave streams out of every duration of requests, as rules do', () => {
    const durations = boardQueries().filter(({ expr }) =>
      /http_server_request_duration_seconds_(bucket|sum)/.test(expr),
    )
    expect(durations.length).toBeGreaterThan(5)
    for (const { expr, where } of durations) expect(expr, where).toContain('http_route!~"/events"')
  })

  it('ask nothing that a grammar cannot read', () => {
    const queries = boardQueries()
    expect(new Set(queries.map(({ source }) => source))).toEqual(
      new Set(['prometheus', 'loki', 'tempo']),
    )
    for (const { where, source, expr } of queries) {
      expect(syntaxErrors(source, expr), `${where}: ${expr}`).toEqual([])
      expect(expr, where).not.toContain('$')
    }
    expect(syntaxErrors('prometheus', 'sum(rate(a[5m])')).not.toEqual([])
    expect(syntaxErrors('loki', '{a="b"} |')).not.toEqual([])
    expect(syntaxErrors('tempo', '{ status = ')).not.toEqual([])
  })
})

describe('the datasources', () => {
  it('lead from examples to traces, and between traces, logs and metrics', async () => {
    const all = await datasources()
    const of = (uid: string) => all.find((source) => source.uid === uid)?.jsonData as never
    expect(all.map(({ uid }) => uid)).toEqual([
      'prometheus',
      'tempo',
      'jaeger',
      'loki',
      'alertmanager',
    ])
    expect(of('prometheus')).toMatchObject({
      exemplarTraceIdDestinations: [
        { name: 'trace_id', datasourceUid: 'tempo' },
        { name: 'trace_id', datasourceUid: 'jaeger' },
      ],
    })
    expect(of('loki')).toMatchObject({
      derivedFields: [{ datasourceUid: 'tempo' }, { datasourceUid: 'tempo' }],
    })
    for (const traces of ['tempo', 'jaeger']) {
      expect(of(traces)).toMatchObject({
        tracesToLogsV2: { datasourceUid: 'loki' },
        tracesToMetrics: { datasourceUid: 'prometheus' },
      })
    }
  })

  it('have links whose queries a grammar can read', async () => {
    const tempo = (await datasources()).find(({ uid }) => uid === 'tempo')?.jsonData as {
      tracesToLogsV2: { query: string }
      tracesToMetrics: { queries: { query: string }[] }
    }
    const logs = tempo.tracesToLogsV2.query
      .replace(/\$\$\{__tags\}/, 'service_name="shop"')
      .replace(/\$\$\{__trace\.traceId\}/, '0123')
    expect(syntaxErrors('loki', logs), logs).toEqual([])
    for (const { query } of tempo.tracesToMetrics.queries) {
      const expr = query.replaceAll('$$__tags', 'job="shop"')
      expect(syntaxErrors('prometheus', expr), expr).toEqual([])
    }
  })
})

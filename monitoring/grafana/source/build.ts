import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs'
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table'
import { DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo'
import { PanelBuilder as GraphPanel } from '@grafana/grafana-foundation-sdk/timeseries'
import { runbookUrl } from '../../prometheus/source/rules-file.ts'
import { settings, thresholds } from '../../thresholds.ts'
import type { Board, PanelSpec, Query, Source } from './panel.ts'

const DEPLOYS =
  'count by (job, service_version) (target_info{job=~"$service",service_version!=""}) ' +
  'unless count by (job, service_version) (target_info{job=~"$service"} offset 5m)'

// Grafana fills these in.
const LOGS = `/d/logs?\${__url_time_range}&\${service:queryparam}`

const HEIGHT = { graph: 8, number: 4, table: 9, logs: 14, traces: 9 } as const

/** Chosen at the top of the dashboard: whoever has datasources of other names picks them there. */
const reference = (source: Source): common.DataSourceRef => ({
  type: source,
  uid: `\${${source}}`,
})

const SOURCES: Readonly<Record<Source, string>> = {
  prometheus: 'Prometheus',
  loki: 'Loki',
  tempo: 'Tempo',
}

const sourceVariables = (): dashboard.DatasourceVariableBuilder[] =>
  Object.entries(SOURCES).map(([source, name]) =>
    new dashboard.DatasourceVariableBuilder(source)
      .label(name)
      .type(source)
      .current({ text: name, value: source }),
  )

const refId = (index: number): string => String.fromCharCode(65 + index)

function target(spec: PanelSpec, { expr, legend }: Query, index: number): Builder<Dataquery> {
  const source = spec.source ?? 'prometheus'
  if (source === 'loki') {
    const query = new LokiQuery().refId(refId(index)).datasource(reference(source)).expr(expr)
    if (legend) query.legendFormat(legend)
    return query.queryType(spec.kind === 'number' || spec.kind === 'table' ? 'instant' : 'range')
  }
  if (source === 'tempo') {
    return new TempoQuery()
      .refId(refId(index))
      .datasource(reference(source))
      .queryType('traceql')
      .query(expr)
      .limit(20)
  }
  const query = new PrometheusQuery().refId(refId(index)).datasource(reference(source)).expr(expr)
  if (legend) query.legendFormat(legend)
  if (spec.exemplars) query.exemplar(true)
  if (spec.kind === 'table') query.instant().format('table' as never)
  else if (spec.kind === 'number') query.instant()
  else query.range()
  return query
}

function steps(spec: PanelSpec): dashboard.Threshold[] | undefined {
  const red = spec.limit && thresholds.limits[spec.limit].limit
  if (red !== undefined)
    return [
      { value: null, color: 'green' },
      { value: red, color: 'red' },
    ]
  if (!spec.steps) return undefined
  const [amber, last] = spec.steps
  const colors = amber <= last ? ['green', 'orange', 'red'] : ['red', 'orange', 'green']
  const values = amber <= last ? [null, amber, last] : [null, last, amber]
  return values.map((value, index) => ({ value, color: colors[index] as string }))
}

function graph(spec: PanelSpec): GraphPanel {
  const panel = new GraphPanel()
    .lineWidth(1)
    .fillOpacity(spec.stacked ? 40 : 8)
    .showPoints(common.VisibilityMode.Never)
    .min(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    )
  if (spec.stacked) {
    panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal))
  }
  if (spec.limit || spec.steps) {
    panel.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    )
  }
  return panel
}

/** To what to do about it, and to what was said at the time. */
const linksOf = ({ limit, source = 'prometheus' }: PanelSpec): dashboard.DashboardLinkBuilder[] => {
  const link = (title: string, url: string): dashboard.DashboardLinkBuilder =>
    new dashboard.DashboardLinkBuilder(title)
      .type(dashboard.DashboardLinkType.Link)
      .url(url)
      .targetBlank(true)
  return [
    ...(limit ? [link(`Runbook of ${limit}`, runbookUrl(settings, limit))] : []),
    ...(source === 'prometheus' ? [link('Logs of this time', LOGS)] : []),
  ]
}

function panelOf(spec: PanelSpec): Builder<dashboard.Panel> {
  const panel = {
    graph: () => graph(spec),
    number: () =>
      new StatPanel()
        .graphMode(common.BigValueGraphMode.Area)
        .colorMode(common.BigValueColorMode.Value)
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])),
    table: () => new TablePanel(),
    traces: () => new TablePanel(),
    logs: () =>
      new LogsPanel()
        .showTime(true)
        .wrapLogMessage(true)
        .enableLogDetails(true)
        .sortOrder(common.LogsSortOrder.Descending)
        .dedupStrategy(common.LogsDedupStrategy.None),
  }[spec.kind]()
  panel
    .title(spec.title)
    .datasource(reference(spec.source ?? 'prometheus'))
    .height(HEIGHT[spec.kind])
    .span(spec.width)
    .targets(spec.queries.map((query, index) => target(spec, query, index)))
  if (spec.description) panel.description(spec.description)
  const links = linksOf(spec)
  if (links.length) panel.links(links)
  const levels = steps(spec)
  if (!(panel instanceof LogsPanel)) {
    if (spec.unit) panel.unit(spec.unit)
    if (levels) {
      panel.thresholds(
        new dashboard.ThresholdsConfigBuilder()
          .mode(dashboard.ThresholdsMode.Absolute)
          .steps(levels),
      )
    }
  }
  return panel
}

const SERVICES = [
  'http_server_request_duration_seconds_count',
  'messaging_client_consumed_messages_total',
  'hono_workflow_run_duration_seconds_count',
  'otel_sdk_span_started_total',
]

/** The chooser of the service: the label that scrapes, the Collector and the rules share. */
const serviceVariable = (): dashboard.QueryVariableBuilder =>
  new dashboard.QueryVariableBuilder('service')
    .label('Service')
    .datasource(reference('prometheus'))
    .query({
      // A service of crons or queues alone has no HTTP.
      query: `label_values({__name__=~"${SERVICES.join('|')}"}, job)`,
      refId: 'services',
    })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all' })

/** A line where a service told of a version that it had not told of before. */
const deploys = (): dashboard.AnnotationQueryBuilder =>
  new dashboard.AnnotationQueryBuilder()
    .name('Deploys')
    .datasource(reference('prometheus'))
    .enable(true)
    .iconColor('blue')
    .expr(DEPLOYS)
    .step('60s')
    .titleFormat('{{job}}')
    .textFormat('version {{service_version}}')

/** A dashboard as Grafana's file provisioning takes it: bare, not wrapped in `{"dashboard": …}`. */
export function build(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(['hono-observability'])
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .refresh('30s')
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .annotation(deploys())
    .link(
      new dashboard.DashboardLinkBuilder('Dashboards')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['hono-observability'])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
  for (const variable of sourceVariables()) builder.withVariable(variable)
  builder.withVariable(serviceVariable())
  for (const row of board.rows) {
    builder.withRow(new dashboard.RowBuilder(row.title))
    for (const panel of row.panels) builder.withPanel(panelOf(panel))
  }
  const built = builder.build()
  // Links to a single panel go by its number.
  const panels = built.panels?.map((panel, index) => ({ ...panel, id: index + 1 }))
  return { ...built, ...(panels && { panels }) }
}

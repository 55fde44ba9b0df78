import type { SpanDetail } from '../otlp/model.ts'
import { attributeOf, entriesOf, textOf } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'

/** What one route, or other event, has cost. */
export interface CostItem {
  service: string
  /** As the span is called: `{method} {http.route}`, `process orders`. */
  route: string
  /** Spans that say what they cost. */
  count: number
  /** In all, to 12 significant digits. */
  usd: number
  /** Sums of `hono.usage.*`, by the name after that. */
  used: Record<string, number>
}

/** Costs by route, and how many spans were looked at for them. */
export interface CostsView {
  /** The dearest first. */
  costs: CostItem[]
  totalUsd: number
  lookedAt: number
}

/** Which spans are meant. */
export interface CostsQuery {
  service?: string
  fromMs?: number
  toMs?: number
}

const MAX_SPANS = 20_000
const MAX_COSTS = 200
const SIGNIFICANT_DIGITS = 12
const USAGE = 'hono.usage.'

/** Adds up what the newest spans say in `hono.cost`, as `usage` with `costs` puts it on them. */
export function listCosts(sql: Sql, { service, fromMs = 0, toMs }: CostsQuery): CostsView {
  // Few spans say it, so that the text is searched before anything is parsed.
  const rows = sql.all(
    `SELECT s.name, s.detail, r.service FROM (SELECT * FROM spans ORDER BY id DESC LIMIT ${MAX_SPANS}) s JOIN resources r ON r.id = s.resource WHERE s.start_us >= ? AND s.start_us <= ? AND instr(s.detail, '"hono.cost"') > 0`,
    fromMs * 1000,
    toMs === undefined ? Number.MAX_SAFE_INTEGER : toMs * 1000,
  )
  const items = new Map<string, CostItem>()
  let lookedAt = 0
  for (const row of rows) {
    const { attributes } = JSON.parse(String(row.detail)) as SpanDetail
    const usd = Number(textOf(attributeOf(attributes, 'hono.cost')))
    if (!(usd >= 0) || (service !== undefined && row.service !== service)) continue
    lookedAt++
    const key = JSON.stringify([row.service, row.name])
    const item = items.get(key) ?? {
      service: String(row.service),
      route: String(row.name),
      count: 0,
      usd: 0,
      used: {},
    }
    items.set(key, item)
    item.count++
    item.usd += usd
    for (const [name, value] of entriesOf(attributes)) {
      const count = name.startsWith(USAGE) ? Number(textOf(value)) : 0
      if (count > 0)
        item.used[name.slice(USAGE.length)] = (item.used[name.slice(USAGE.length)] ?? 0) + count
    }
  }
  const costs = [...items.values()].sort((a, b) => b.usd - a.usd)
  return {
    costs: costs.slice(0, MAX_COSTS).map(({ usd, used, ...item }) => ({
      ...item,
      usd: sumOf(usd),
      used: Object.fromEntries(Object.entries(used).map(([name, sum]) => [name, sumOf(sum)])),
    })),
    totalUsd: sumOf(costs.reduce((sum, { usd }) => sum + usd, 0)),
    lookedAt,
  }
}

/** Without the last digits of sums, which are those of binary fractions. */
const sumOf = (sum: number): number =>
  Number.isInteger(sum) ? sum : Number(sum.toPrecision(SIGNIFICANT_DIGITS))

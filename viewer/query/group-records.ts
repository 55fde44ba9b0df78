import { type Packed, type PackedAttributes, toKeyValues } from '../otlp/value.ts'
import type { Row } from '../sql/sql.ts'

/** An object of OTLP/JSON. */
export type OtlpJson = Record<string, unknown>

/** Records under their resource and scope, as OTLP groups them. */
interface Grouped {
  resource: OtlpJson
  scopes: Map<string, { scope: OtlpJson; schemaUrl: string; rows: Row[] }>
  schemaUrl: string
}

/** Columns that {@link groupRecords} reads, of `scopes c` and `resources r`. */
export const ORIGIN_COLUMNS = 'c.content AS scope_content, r.content AS resource_content'

/** Puts rows under their resources and scopes. `write` makes the records of one scope. */
export function groupRecords(
  rows: readonly Row[],
  inner: 'scopeSpans' | 'scopeLogs' | 'scopeMetrics',
  name: 'spans' | 'logRecords' | 'metrics',
  write: (rows: readonly Row[]) => OtlpJson[],
): OtlpJson[] {
  const resources = new Map<string, Grouped>()
  for (const row of rows) {
    const resourceKey = String(row.resource_content)
    const scopeKey = String(row.scope_content)
    let grouped = resources.get(resourceKey)
    if (!grouped) {
      const { schemaUrl = '', ...resource } = JSON.parse(resourceKey)
      grouped = { resource: origin(resource), scopes: new Map(), schemaUrl }
      resources.set(resourceKey, grouped)
    }
    let scope = grouped.scopes.get(scopeKey)
    if (!scope) {
      const { schemaUrl = '', name: scopeName, version, ...rest } = JSON.parse(scopeKey)
      const written = { name: scopeName, version, ...origin(rest) }
      scope = { scope: written, schemaUrl, rows: [] }
      grouped.scopes.set(scopeKey, scope)
    }
    scope.rows.push(row)
  }
  return [...resources.values()].map(({ resource, scopes, schemaUrl }) => ({
    resource,
    [inner]: [...scopes.values()].map((each) => ({
      scope: each.scope,
      [name]: write(each.rows),
      ...(each.schemaUrl && { schemaUrl: each.schemaUrl }),
    })),
    ...(schemaUrl && { schemaUrl }),
  }))
}

/** Attributes, and how many the sender left out. */
export function origin({
  attributes,
  dropped,
}: {
  attributes?: Packed[]
  dropped?: number
}): OtlpJson {
  return {
    attributes: toKeyValues((attributes ?? []) as PackedAttributes),
    ...(dropped && { droppedAttributesCount: dropped }),
  }
}

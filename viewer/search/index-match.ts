import type { Sql } from '../sql/sql.ts'
import { type Expand, mark, matchOf } from '../store/words.ts'
import { mayBeId } from './evaluate.ts'
import type { Expression } from './parse.ts'

/** What the full-text index can tell of a query; '' when it can tell nothing. */
export type Match = string

/**
 * What a record must have in the index for a query to be true of it. It is never too narrow: what is
 * found is looked at again.
 */
export function matchFor(
  sql: Sql,
  signal: 'spans' | 'logs',
  expression: Expression,
  expand: Expand,
): Match {
  const of = (each: Expression): Match => {
    switch (each.is) {
      case 'and':
        return joined(each.parts.map(of).filter(Boolean), 'AND')
      case 'or': {
        const parts = each.parts.map(of)
        return parts.every(Boolean) ? joined(parts, 'OR') : ''
      }
      case 'text':
        return mayBeId(each.text) ? '' : matchOf([], each.text, expand)
      case 'compare':
        return each.operator === '=' ? markFor(sql, signal, each.key, each.value) : ''
      default:
        return ''
    }
  }
  return of(expression)
}

const joined = (parts: Match[], by: 'AND' | 'OR'): Match =>
  parts.length > 1 ? parts.map((part) => `(${part})`).join(` ${by} `) : (parts[0] ?? '')

const MARKED = { spans: ['name', 'service'], logs: ['service'] } as const

/** Attributes of resources have no marks, so a key that some resource has cannot be looked up. */
function markFor(sql: Sql, signal: 'spans' | 'logs', key: string, value: string): Match {
  const kind = MARKED[signal].find((each) => each === key)
  const isStatus = signal === 'spans' && key === 'status' && value === 'error'
  const own = kind ? mark(kind, value) : isStatus ? mark('status', 'error') : ''
  const isAttribute = mark('attribute', value, key)
  if (own) return `"${own}" OR "${isAttribute}"`
  const isOther = /^(kind|status|duration|route|message|level|severity|event|body|trace)$/.test(key)
  const [found] = sql.all(
    'SELECT 1 AS found FROM resources WHERE instr(content, ?) > 0 LIMIT 1',
    JSON.stringify(key),
  )
  return isOther || found ? '' : `"${isAttribute}"`
}

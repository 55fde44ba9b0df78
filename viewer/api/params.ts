import { type Expression, parseQuery, QueryError } from '../search/parse.ts'

const MAX_QUERY_LENGTH = 2000

/** A wrong parameter. Answered with 400. */
export class BadParameter extends Error {
  override name = 'BadParameter'

  constructor(name: string, rule: string, received: string) {
    super(
      `Cannot read the request: \`${name}\` must be ${rule}, received "${received.slice(0, 100)}"`,
    )
  }
}

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads the query of a request. Every method throws {@link BadParameter}. */
export class Params {
  readonly #search: URLSearchParams

  constructor(search: URLSearchParams) {
    this.#search = search
  }

  text(name: string): string | undefined {
    return this.#search.get(name) || undefined
  }

  /** Undefined when absent; `[]` when present and empty. */
  list(name: string): string[] | undefined {
    const text = this.#search.get(name)
    return text === null ? undefined : text.split(',').filter(Boolean)
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const found = choices.find((choice) => choice === text)
    if (!found) throw new BadParameter(name, `one of ${choices.join(', ')}`, text)
    return found
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const number = Number(text)
    if (!Number.isFinite(number) || number < 0 || number > Number.MAX_SAFE_INTEGER) {
      throw new BadParameter(name, 'a number from 0', text)
    }
    return number
  }

  limit(byDefault: number, max: number): number {
    return Math.min(max, Math.max(1, Math.floor(this.number('limit') ?? byDefault)))
  }

  /** `attribute=key=value`, as often as it comes, ten times at most. */
  attributes(): [key: string, value: string][] {
    return this.#search
      .getAll('attribute')
      .slice(0, 10)
      .map((text) => {
        const at = text.indexOf('=')
        if (at < 1) throw new BadParameter('attribute', 'key=value', text)
        return [text.slice(0, at), text.slice(at + 1)]
      })
  }

  /** A query of `viewer/search/parse.ts`. */
  query(name = 'q'): Expression | undefined {
    const text = this.text(name) ?? ''
    try {
      return parseQuery(text.slice(0, MAX_QUERY_LENGTH))
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      throw new BadParameter(name, `a query: ${error.message}`, text)
    }
  }

  /** `from` and `to` in milliseconds since 1970, or `last` as 30s, 15m, 6h, 7d before now. */
  range(nowMs: number): { fromMs?: number; toMs?: number } {
    const last = this.text('last')
    if (last !== undefined) {
      const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(last) ?? []
      const unitMs = UNIT_MS[unit]
      if (!unitMs) throw new BadParameter('last', 'a time such as 30s, 15m, 6h or 7d', last)
      return { fromMs: nowMs - Number(amount) * unitMs }
    }
    const [fromMs, toMs] = [this.number('from'), this.number('to')]
    return {
      ...(fromMs !== undefined && { fromMs }),
      ...(toMs !== undefined && { toMs }),
    }
  }

  /** The same with both ends; 15 minutes when nothing is said. At least a second. */
  closedRange(nowMs: number): { fromMs: number; toMs: number } {
    const { fromMs, toMs = nowMs } = this.range(nowMs)
    const from = fromMs ?? toMs - 15 * 60_000
    if (from >= toMs) throw new BadParameter('from', 'before `to`', String(from))
    return { fromMs: Math.min(from, toMs - 1000), toMs }
  }
}

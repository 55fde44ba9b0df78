/** Which spans are folded: all from a depth on, but for those that were turned by hand. */
export interface Folds {
  depth: number
  turned: ReadonlySet<string>
}

/** Turned by hand; an address has to stay one that can be sent. */
const TURNED_MAX = 200

/** Reads them from the address. */
export function parseFolds(query: URLSearchParams): Folds {
  const depth = Number.parseInt(query.get('depth') ?? '', 10)
  const ids = (query.get('folded') ?? '').split('.').filter((id) => /^[\da-f]{16}$/.test(id))
  return {
    depth: depth >= 0 ? depth : Number.POSITIVE_INFINITY,
    turned: new Set(ids.slice(-TURNED_MAX)),
  }
}

export function isFolded(
  { depth, turned }: Folds,
  span: { spanId: string; depth: number },
): boolean {
  return span.depth >= depth !== turned.has(span.spanId)
}

/** The same with these spans folded, or unfolded, as the address has them. */
export function turn(
  folds: Folds,
  spans: readonly { spanId: string; depth: number }[],
  folded: boolean,
): string {
  const turned = new Set(folds.turned)
  for (const span of spans) {
    if (isFolded(folds, span) === folded) continue
    if (!turned.delete(span.spanId)) turned.add(span.spanId)
  }
  return [...turned].slice(-TURNED_MAX).join('.')
}

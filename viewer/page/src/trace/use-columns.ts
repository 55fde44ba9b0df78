import { useState } from 'preact/hooks'

/** Shares of the waterfall's width. */
export interface Columns {
  names: number
  details: number
}

export interface ColumnWidths {
  columns: Columns
  resize: (column: keyof Columns, share: number) => void
}

const KEY = 'trace-columns'
const USUAL: Columns = { names: 0.3, details: 0.2 }
export const SHARES: Record<keyof Columns, readonly [least: number, most: number]> = {
  names: [0.12, 0.6],
  details: [0, 0.45],
}

const clamped = (column: keyof Columns, share: unknown): number => {
  const [least, most] = SHARES[column]
  const value = typeof share === 'number' && share >= 0 ? share : USUAL[column]
  return Math.max(least, Math.min(most, value))
}

function remembered(): Columns {
  try {
    const { names, details } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Columns>
    return { names: clamped('names', names), details: clamped('details', details) }
  } catch {
    // Storage can be forbidden.
    return USUAL
  }
}

/** How wide the columns of the waterfall are; the browser remembers it. */
export function useColumns(): ColumnWidths {
  const [columns, setColumns] = useState(remembered)
  return {
    columns,
    resize: (column, share) => {
      const next = { ...columns, [column]: clamped(column, share) }
      setColumns(next)
      try {
        localStorage.setItem(KEY, JSON.stringify(next))
      } catch {
        // Then it is for this visit only.
      }
    },
  }
}

import { median } from '../difference.ts'

/** What was seen of an app while it answered some thousand requests. */
export interface Slice {
  /** For one request, exports included. */
  cpuMicroseconds: number
  /** At the end. */
  residentMegabytes: number
  perSecond: number
}

/** What became of one app over all of its requests. */
export interface EnduranceRow {
  id: string
  title: string
  /** Medians of the slices, quarter by quarter. */
  quarters: Slice[]
  /** What each 100,000 requests added, from the second quarter on; by Theil and Sen, so that one slice decides nothing. */
  growth: { cpuMicroseconds: number; residentMegabytes: number }
}

const PER = 100_000

/** Median of the slopes between every two values, per step. */
const slopeOf = (values: readonly number[]): number =>
  median(
    values.flatMap((value, at) =>
      values.slice(at + 1).map((later, index) => (later - value) / (index + 1)),
    ),
  )

const medianOf = (slices: readonly Slice[], name: keyof Slice): number =>
  median(slices.map((slice) => slice[name]))

export const rowsOf = (
  id: string,
  title: string,
  slices: readonly Slice[],
  requestsPerSlice: number,
): EnduranceRow => {
  const quarter = slices.length / 4
  const settled = slices.slice(Math.round(quarter))
  const growthOf = (name: keyof Slice): number =>
    (slopeOf(settled.map((slice) => slice[name])) * PER) / requestsPerSlice
  return {
    id,
    title,
    quarters: [0, 1, 2, 3].map((index) => {
      const part = slices.slice(Math.round(index * quarter), Math.round((index + 1) * quarter))
      return {
        cpuMicroseconds: medianOf(part, 'cpuMicroseconds'),
        residentMegabytes: medianOf(part, 'residentMegabytes'),
        perSecond: medianOf(part, 'perSecond'),
      }
    }),
    growth: {
      cpuMicroseconds: growthOf('cpuMicroseconds'),
      residentMegabytes: growthOf('residentMegabytes'),
    },
  }
}

/** Headings, and a line for each app: memory and CPU of each quarter, and how they grow. */
export const enduranceCellsOf = (rows: readonly EnduranceRow[], requests: number): string[][] => {
  const upTo = [1, 2, 3, 4].map(
    (quarter) => `to ${((requests * quarter) / 4).toLocaleString('en')}`,
  )
  return [
    ['', ...upTo, `each ${PER.toLocaleString('en')}`],
    ...rows.map(({ title, quarters, growth }) => [
      `${title}: memory, MB`,
      ...quarters.map(({ residentMegabytes }) => residentMegabytes.toFixed(0)),
      signed(growth.residentMegabytes),
    ]),
    ...rows.map(({ title, quarters, growth }) => [
      `${title}: CPU, µs`,
      ...quarters.map(({ cpuMicroseconds }) => cpuMicroseconds.toFixed(0)),
      signed(growth.cpuMicroseconds),
    ]),
  ]
}

const signed = (value: number): string => {
  const text = value.toFixed(1)
  return text === '-0.0' ? '0.0' : value > 0 && text !== '0.0' ? `+${text}` : text
}

/** The same as text, a line each. */
export const enduranceTableOf = (rows: readonly EnduranceRow[], requests: number): string =>
  enduranceCellsOf(rows, requests)
    .map(
      ([title = '', ...cells]) =>
        title.padEnd(42) + cells.map((cell) => cell.padStart(14)).join(''),
    )
    .join('\n')

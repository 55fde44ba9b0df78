import type { VNode } from 'preact'
import type { Distinctions } from '../api-types.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { sorted } from '../data/sorting.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { quotedWord } from '../parts/completions.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'

const COLUMNS: readonly Column[] = [
  'Attribute',
  ['Value', 'text'],
  'Chosen',
  'Others',
  ['Difference', 'wide'],
]

/** Values of each attribute, besides its being there. */
const VALUES_SHOWN = 2

interface Row {
  key: string
  /** Undefined for any. */
  value: string | undefined
  chosen: number
  others: number
}

/** Attributes whose values are more frequent on one side, those that differ most first. */
export function DistinctionsTable({
  found,
  query,
}: {
  found: Distinctions
  query: URLSearchParams
}): VNode {
  const differences = found.attributes.flatMap(({ key, present, values }): Row[] => {
    const isPresence = present.chosen !== present.others
    return [
      ...(isPresence && (!values.length || present.chosen * present.others === 0)
        ? [{ key, value: undefined, ...present }]
        : []),
      ...values.slice(0, VALUES_SHOWN).map((each) => ({ key, ...each })),
    ]
  })
  const by = ({ chosen, others }: Row): number => Math.abs(chosen - others)
  const { rows, sorting } = sorted(query, 'distinctions', differences, {
    Attribute: ({ key }) => key,
    Value: ({ value }) => value ?? '',
    Chosen: ({ chosen }) => chosen,
    Others: ({ others }) => others,
    Difference: by,
  })
  return (
    <section>
      <h2>What distinguishes these</h2>
      <p class="muted">
        {formatCount(found.chosen)} chosen, compared with {formatCount(found.others)} others
        {found.truncated && ', the newest 2,000 in all'}. Values that came once are not told.
      </p>
      <FiguresTable
        columns={COLUMNS}
        sorting={sorting}
        label="What distinguishes these"
        class="distinctions"
      >
        {rows.map((row) => {
          const { key, value, chosen, others } = row
          return (
            <tr key={`${key} ${value}`}>
              <th scope="row">{key}</th>
              <td class="text">
                <a
                  data-item
                  href={urlOf('/traces', changed(carried(query), { q: queryFor(key, value) }))}
                >
                  {value ?? <i>is there</i>}
                </a>
              </td>
              <td>
                <span class="bar" style={{ '--share': chosen }}>
                  {formatShare(chosen)}
                </span>
              </td>
              <td>
                <span class="bar" style={{ '--share': others }}>
                  {formatShare(others)}
                </span>
              </td>
              <td class="wide">{formatShare(by(row))}</td>
            </tr>
          )
        })}
      </FiguresTable>
    </section>
  )
}

/** The query that finds spans like that. */
function queryFor(key: string, value: string | undefined): string {
  const word = quotedWord(key)
  if (value === undefined) return `${word} exists`
  const [, from, to] = /^(-?[\d.e+-]+) – (-?[\d.e+-]+)$/.exec(value) ?? []
  if (from && to) return `${word}>=${quotedWord(from)} and ${word}<=${quotedWord(to)}`
  return `${word}=${quotedWord(value)}`
}

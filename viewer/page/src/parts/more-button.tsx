import type { VNode } from 'preact'
import type { Pages } from '../data/use-pages.ts'

/** The end of a list that has more pages. */
export function MoreButton({ pages }: { pages: Pages<unknown> }): VNode | null {
  if (!pages.more) return null
  return (
    <p class="more">
      <button type="button" onClick={pages.more}>
        {pages.incomplete ? 'Search further back' : 'Show older ones'}
      </button>
    </p>
  )
}

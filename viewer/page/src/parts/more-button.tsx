import type { VNode } from 'preact'

interface MoreButtonProps {
  pages: { more: (() => void) | undefined; incomplete: boolean }
}

/** The end of a list that has more pages. */
export function MoreButton({ pages }: MoreButtonProps): VNode | null {
  if (!pages.more) return null
  return (
    <p class="more">
      <button type="button" onClick={pages.more}>
        {pages.incomplete ? 'Search further back' : 'Show older ones'}
      </button>
    </p>
  )
}

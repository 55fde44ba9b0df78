import type { VNode } from 'preact'
import { formatCount } from '../format/number.ts'

interface WaitingButtonProps {
  list: { waiting: number; isMore: boolean; apply: () => void }
}

/** How much is new while the list holds still; shows it. */
export function WaitingButton({ list }: WaitingButtonProps): VNode {
  const { waiting, isMore, apply } = list
  return (
    <div class="waiting" role="status">
      {waiting > 0 && (
        <button
          type="button"
          onClick={() => {
            window.scrollTo(0, 0)
            apply()
          }}
        >
          {formatCount(waiting)}
          {isMore && waiting >= 50 ? ' or more' : ''} new
        </button>
      )}
    </div>
  )
}

import type { VNode } from 'preact'
import type { ApiError } from '../data/api.ts'

interface ProblemProps {
  error: ApiError | undefined
  reload?: () => void
}

/** What went wrong with the API, if anything did. */
export function Problem({ error, reload }: ProblemProps): VNode | null {
  if (!error) return null
  return (
    <div class="problem" role="alert">
      <span>{error.message}</span>
      {reload && (
        <button type="button" onClick={reload}>
          Try again
        </button>
      )}
    </div>
  )
}

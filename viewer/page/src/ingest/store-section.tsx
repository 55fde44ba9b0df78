import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Status } from '../api-types.ts'
import { ApiError, removeAll } from '../data/api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatBytes } from '../format/number.ts'
import { ago } from '../format/time.ts'

interface StoreSectionProps {
  status: Status
  onRemoved: () => void
}

/** What the viewer keeps, and how to be rid of it. */
export function StoreSection({ status, onRemoved }: StoreSectionProps): VNode {
  const [isAsked, setAsked] = useState(false)
  const [said, setSaid] = useState('')
  const remove = async (): Promise<void> => {
    setAsked(false)
    try {
      await removeAll()
      setSaid('Removed.')
      onRemoved()
    } catch (error) {
      setSaid(ApiError.from(error).message)
    }
  }
  return (
    <section>
      <h2>This viewer</h2>
      <p>
        keeps {formatBytes(status.storedBytes)} of at most {formatBytes(status.maxBytes)}, for at
        most {formatDuration(status.maxAgeMs)}; started {ago(status.startedMs, Date.now())}.
      </p>
      <p class="controls">
        {isAsked ? (
          <>
            <button type="button" class="danger" onClick={() => void remove()}>
              Remove everything
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsked(true)}>
            Remove what was received…
          </button>
        )}
        <span role="status" class="muted">
          {said}
        </span>
      </p>
    </section>
  )
}

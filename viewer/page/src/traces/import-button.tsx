import type { VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { ApiError, postFile } from '../data/api.ts'
import { go } from '../data/place.ts'

interface Imported {
  spans: number
  logs: number
  points: number
  rejected: number
  message: string
}

/** Takes in a trace that was saved as a file. */
export function ImportButton(): VNode {
  const input = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState('')
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setSaid('Importing…')
    try {
      const { spans, logs, points, rejected, message } = await postFile<Imported>(
        '/api/import',
        file,
      )
      const refused = rejected ? `, ${rejected} refused: ${message}` : ''
      setSaid(`${spans} spans, ${logs} logs, ${points} points${refused}`)
      go('/traces')
    } catch (error) {
      setSaid(ApiError.from(error).message)
    }
    if (input.current) input.current.value = ''
  }
  return (
    <>
      <span role="status" class="muted">
        {said}
      </span>
      <button type="button" onClick={() => input.current?.click()}>
        Import…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="OTLP/JSON file"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
    </>
  )
}

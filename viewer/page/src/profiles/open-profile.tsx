import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProfileItem } from '../api-types.ts'
import { ApiError, postFile } from '../data/api.ts'
import { go, urlOf } from '../data/place.ts'

/** Takes in a profile that was saved as a file: chosen, or dropped anywhere on the page. */
export function OpenProfile(): VNode {
  const input = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState('')
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setSaid(`Reading ${file.name}…`)
    try {
      // It says not when it was made; a file was written when it ended.
      const about = { name: file.name, endMs: String(file.lastModified) }
      const { id } = await postFile<ProfileItem>(urlOf('/api/profiles', about), file)
      go(`/profiles/${id}`)
    } catch (error) {
      setSaid(ApiError.from(error).message)
    }
    if (input.current) input.current.value = ''
  }
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      if (!event.dataTransfer?.files.length) return
      event.preventDefault()
      void take(event.dataTransfer.files[0])
    }
    document.addEventListener('dragover', over)
    document.addEventListener('drop', drop)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('drop', drop)
    }
  }, [])
  return (
    <>
      <span role="status" class="muted">
        {said}
      </span>
      <button type="button" onClick={() => input.current?.click()}>
        Open file…
      </button>
      <input
        ref={input}
        type="file"
        accept=".cpuprofile,.heapprofile,.json"
        hidden
        aria-label="Profile"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
    </>
  )
}

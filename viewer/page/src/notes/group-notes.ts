import type { Note } from '../api-types.ts'

/** Notes that say the same about several subjects. */
export interface NoteGroup {
  key: string
  level: Note['level']
  message: string
  advice: string
  notes: readonly Note[]
}

/** One group for each thing that is said, in the order in which they come. */
export function groupNotes(notes: readonly Note[]): NoteGroup[] {
  const groups = Map.groupBy(notes, ({ rule, signal, message, advice }) =>
    JSON.stringify([rule, signal, message, advice]),
  )
  return [...groups].map(([key, own]) => {
    const { level, message, advice } = own[0] as Note
    return { key, level, message, advice, notes: own }
  })
}

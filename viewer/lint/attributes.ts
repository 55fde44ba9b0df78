import { entriesOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import type { Note, NoteExample, Notes } from './note.ts'
import { personalIn } from './personal.ts'
import { RENAMED } from './renamed.ts'

/** Looks at the attributes of one record. */
export function lintAttributes(
  notes: Notes,
  attributes: PackedAttributes,
  signal: Note['signal'],
  service: string,
  example: NoteExample,
): void {
  for (const [key, value] of notes.someOf(entriesOf(attributes))) {
    const newName = RENAMED.get(key)
    if (newName) {
      const wording = () => ({
        level: 'advice' as const,
        message: `\`${key}\` is the name of earlier semantic conventions.`,
        advice: `Record \`${newName}\`: current dashboards and rules look for that.`,
      })
      notes.see('deprecated-attribute', signal, key, service, wording, example)
    } else if (!/^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*$/i.test(key) || /[A-Z]/.test(key)) {
      const wording = () => ({
        level: 'info' as const,
        message: `\`${key}\` is not written as attribute names are.`,
        advice:
          'Use lower case, words joined by `_`, and a namespace before a dot: `order.item_count`.',
      })
      notes.see('attribute-name', signal, key, service, wording, example)
    }
    const what = personalIn(key, textOf(value))
    if (what) {
      const wording = () => ({
        level: 'problem' as const,
        message: `\`${key}\` likely holds ${what}.`,
        advice: 'Do not record it, or redact it before it leaves the app.',
      })
      notes.see('personal-data', signal, key, service, wording, example)
    }
  }
}

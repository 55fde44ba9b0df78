import type { VNode } from 'preact'
import type { Note, NotesView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { useJson } from '../data/use-json.ts'
import { formatCount } from '../format/number.ts'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { groupNotes } from './group-notes.ts'
import { NoteCard } from './note-card.tsx'

const EVERY_MS = 10_000

const LEVELS: readonly (readonly [level: Note['level'], title: string])[] = [
  ['problem', 'Problems'],
  ['advice', 'Advice'],
  ['info', 'Good to know'],
]

/** What could be better in what was received. */
export function NotesPage({ query }: ViewProps): VNode {
  const { data, error, reload } = useJson<NotesView>('/api/notes', {
    everyMs: isFollowing(query) ? EVERY_MS : undefined,
  })
  return (
    <>
      <div class="title-row">
        <h1>Notes</h1>
        <div class="controls">
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data && <Notes {...data} />}
    </>
  )
}

function Notes({ notes, lookedAt }: NotesView): VNode {
  const { spans, logs, metrics } = lookedAt
  if (spans + logs + metrics === 0) return <GettingStarted what="telemetry" />
  return (
    <>
      <p class="lead muted">
        From the newest {formatCount(spans)} spans and {formatCount(logs)} log records, and{' '}
        {formatCount(metrics)} instruments: names that dashboards do not know, attributes with too
        many values, likely personal data, clocks.
      </p>
      {notes.length === 0 && (
        <Empty title="Nothing to remark">
          <p>What was received follows the conventions.</p>
        </Empty>
      )}
      {LEVELS.map(([level, title]) => {
        const own = notes.filter((note) => note.level === level)
        if (own.length === 0) return null
        return (
          <section key={level}>
            <h2>{title}</h2>
            <div class="notes">
              {groupNotes(own).map((group) => (
                <NoteCard key={group.key} group={group} />
              ))}
            </div>
          </section>
        )
      })}
    </>
  )
}

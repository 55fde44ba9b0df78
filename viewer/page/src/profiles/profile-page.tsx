import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { ProfileView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { setQuery } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { FlamePicture } from '../flame/flame-picture.tsx'
import { formatDuration } from '../format/duration.ts'
import { counted, formatShare } from '../format/number.ts'
import { utc } from '../format/time.ts'
import { Empty } from '../parts/empty.tsx'
import { Problem } from '../parts/problem.tsx'
import { QueryField } from '../parts/query-field.tsx'
import { amount, KIND_NAMES } from './amount.ts'
import { FunctionsTable } from './functions-table.tsx'
import { isIn } from './is-in.ts'
import { OpenProfile } from './open-profile.tsx'
import { boxesOf, type ProfileBox } from './profile-boxes.ts'
import { ProfileRequestsTable } from './profile-requests-table.tsx'

/** One profile: where its time or memory went, and for which requests. */
export function ProfilePage({ id, query }: ViewProps): VNode {
  const { data, error, reload } = useJson<ProfileView>(`/api/profiles/${id}`)
  if (error?.status === 404) {
    return (
      <Empty title="This profile is not here">
        <p>
          The oldest go first. <a href="/profiles">To all profiles</a>
        </p>
      </Empty>
    )
  }
  return (
    <>
      <div class="title-row">
        <h1>{data ? <bdi>{data.name}</bdi> : 'Profile'}</h1>
        <div class="controls">
          <QueryField
            query={query}
            name="find"
            label="Find"
            placeholder="function or file"
            isSearch
          />
          <OpenProfile />
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data && <Facts {...data} />}
      {data && data.total > 0 && <Flame profile={data} query={query} />}
      {data && data.total > 0 && <FunctionsTable profile={data} query={query} />}
      {data && <ProfileRequestsTable profile={data} query={query} />}
    </>
  )
}

function Facts({ kind, unit, total, durationMs, startMs, service }: ProfileView): VNode {
  const what = kind === 'cpu' ? 'of work' : 'allocated, and alive at the end'
  return (
    <p class="lead">
      {KIND_NAMES[kind]}: {total > 0 ? `${amount(total, unit)} ${what}` : 'nothing ran'}
      {durationMs > 0 && ` in ${formatDuration(durationMs)}`}
      <span class="muted">
        {startMs !== null && ` · ${utc(startMs)}`}
        {service && ` · ${service}`}
      </span>
    </p>
  )
}

interface FlameProps {
  profile: ProfileView
  query: URLSearchParams
}

function Flame({ profile, query }: FlameProps): VNode {
  const [hovered, setHovered] = useState<ProfileBox>()
  const [chosen, setChosen] = useState<ProfileBox>()
  const boxes = useMemo(() => boxesOf(profile), [profile])
  const levels = useMemo(
    () => boxes.reduce((most, { depth }) => Math.max(most, depth + 1), 1),
    [boxes],
  )
  const rootNode = query.get('root')
  const root = boxes.find(({ node }) => String(node) === rootNode)
  const wanted = (query.get('find') ?? '').trim().toLowerCase()
  const { unit, total } = profile
  const told = hovered ?? chosen ?? root
  return (
    <div class="flame">
      <p class="flame-head">
        {told ? (
          <>
            <bdi>{told.name}</bdi>{' '}
            <span class="muted">
              {told.file && `${told.file}${told.line ? `:${told.line}` : ''} · `}
              {amount(told.total, unit)} ({formatShare(told.total / total)}) ·{' '}
              {amount(told.self, unit)} itself
            </span>
          </>
        ) : (
          <span class="muted">
            As wide as its share. Click to keep what is said of a box, twice to see it alone.
          </span>
        )}
        {root && (
          <button type="button" onClick={() => setQuery({ root: undefined }, 'replace')}>
            Whole profile
          </button>
        )}
      </p>
      <FlamePicture
        frames={boxes}
        levels={levels}
        root={root}
        chosen={chosen}
        isFound={(box) => (wanted ? isIn(box, wanted) : undefined)}
        colourOf={({ colour }) => colour}
        drawnAgainFor={[wanted]}
        label={`Flame graph of ${counted(profile.frames.length, 'function')}. The table "Functions" has the same in words.`}
        onHover={setHovered}
        onChoose={setChosen}
        onAlone={(box) => setQuery({ root: box && String(box.node) }, 'replace')}
      />
    </div>
  )
}

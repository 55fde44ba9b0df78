import type { VNode } from 'preact'
import type { ProfileItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { sorted } from '../data/sorting.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { ago, utc } from '../format/time.ts'
import { CopyLine } from '../parts/copy-line.tsx'
import { Empty } from '../parts/empty.tsx'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { amount, KIND_NAMES } from './amount.ts'
import { OpenProfile } from './open-profile.tsx'

const EVERY_MS = 5000

const COLUMNS: readonly Column[] = [
  'Profile',
  ['Kind', 'text'],
  ['Service', 'wide text'],
  'Made',
  ['Length', 'wide'],
  'Total',
  ['Functions', 'wide'],
]

/** The profiles that were taken, the newest first. */
export function ProfilesPage({ query }: ViewProps): VNode {
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<{ profiles: ProfileItem[] }>('/api/profiles', { everyMs })
  return (
    <>
      <div class="title-row">
        <h1>Profiles</h1>
        <div class="controls">
          <OpenProfile />
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data?.profiles.length === 0 && (
        <Empty title="No profile was taken">
          <p>Of a Worker in wrangler dev, for ten seconds:</p>
          <CopyLine text={`npx hono-observability profile --viewer ${window.location.origin}`} />
          <p>Of an app on Deno, Bun or Node that has profileRoutes():</p>
          <CopyLine
            text={`npx hono-observability profile --url http://localhost:8000 --token $PROFILE_TOKEN --viewer ${window.location.origin}`}
          />
          <p>Or drop a .cpuprofile or .heapprofile here, as DevTools saves it.</p>
        </Empty>
      )}
      {data && data.profiles.length > 0 && <ProfilesTable profiles={data.profiles} query={query} />}
    </>
  )
}

interface ProfilesTableProps {
  profiles: readonly ProfileItem[]
  query: URLSearchParams
}

function ProfilesTable({ profiles, query }: ProfilesTableProps): VNode {
  const { rows, sorting } = sorted<ProfileItem>(query, 'profiles', profiles, {
    Profile: ({ name }) => name,
    Kind: ({ kind }) => kind,
    Service: ({ service }) => service,
    Made: madeMs,
    Length: ({ durationMs }) => durationMs,
    Functions: ({ functions }) => functions,
  })
  return (
    <FiguresTable class="profiles" columns={COLUMNS} sorting={sorting} label="Profiles">
      {rows.map((profile) => (
        <tr key={profile.id}>
          <th scope="row">
            <a data-item href={`/profiles/${profile.id}`}>
              <bdi>{profile.name}</bdi>
            </a>
          </th>
          <td class="text">{KIND_NAMES[profile.kind]}</td>
          <td class="wide text">{profile.service || 'all'}</td>
          <td title={utc(madeMs(profile))}>{ago(madeMs(profile), Date.now())}</td>
          <td class="wide">{profile.durationMs > 0 ? formatDuration(profile.durationMs) : '–'}</td>
          <td>{amount(profile.total, profile.kind === 'cpu' ? 'ms' : 'By')}</td>
          <td class="wide">{formatCount(profile.functions)}</td>
        </tr>
      ))}
    </FiguresTable>
  )
}

const madeMs = ({ startMs, receivedMs }: ProfileItem): number => startMs ?? receivedMs

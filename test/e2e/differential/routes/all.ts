import { bodies } from './bodies.ts'
import { cancellations } from './cancellations.ts'
import { errors } from './errors.ts'
import type { Group } from './group.ts'
import { headers } from './headers.ts'
import { kept } from './kept.ts'
import { middleware } from './middleware.ts'
import { mounts } from './mounts.ts'
import { node } from './node.ts'
import { proxies } from './proxies.ts'
import { ranges } from './ranges.ts'
import { requests } from './requests.ts'
import { serverSockets, sockets, workerSockets } from './sockets.ts'
import { emptyStatuses, statuses } from './statuses.ts'
import { iterables, streams } from './streams.ts'
import { cached, workerd } from './workerd.ts'

export const GROUPS: readonly Group[] = [
  bodies,
  streams,
  iterables,
  emptyStatuses,
  statuses,
  headers,
  kept,
  ranges,
  errors,
  requests,
  proxies,
  middleware,
  mounts,
  sockets,
  serverSockets,
  workerSockets,
  workerd,
  cached,
  node,
  cancellations,
]

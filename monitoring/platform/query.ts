/** What is asked of Cloudflare's GraphQL Analytics API for one minute. */
export const QUERY: string = `query ($account: string!, $from: Time!, $to: Time!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
      workersInvocationsAdaptive(limit: 10000, filter: { datetime_geq: $from, datetime_lt: $to }) {
        sum { requests errors subrequests duration cpuTimeUs }
        quantiles { cpuTimeP50 cpuTimeP99 }
        dimensions { scriptName status }
      }
      queueBacklogAdaptiveGroups(limit: 10000, filter: { datetime_geq: $from, datetime_lt: $to }) {
        avg { messages bytes }
        dimensions { queueId }
      }
    }
  }
}`

/**
 * What is asked of stores: operations of the minute, and the newest sizes, which Cloudflare measures seldom, some of
 * them by days.
 */
export const STORES_QUERY: string = `query ($account: string!, $from: Time!, $to: Time!, $since: Time!, $day: Date!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
      r2OperationsAdaptiveGroups(limit: 10000, filter: { datetime_geq: $from, datetime_lt: $to }) {
        sum { requests }
        dimensions { bucketName actionType actionStatus }
      }
      r2StorageAdaptiveGroups(limit: 10000, filter: { datetime_geq: $since, datetime_lt: $to }, orderBy: [datetime_DESC]) {
        max { objectCount payloadSize metadataSize }
        dimensions { datetime bucketName }
      }
      kvOperationsAdaptiveGroups(limit: 10000, filter: { datetime_geq: $from, datetime_lt: $to }) {
        sum { requests }
        dimensions { namespaceId actionType }
      }
      kvStorageAdaptiveGroups(limit: 10000, filter: { date_geq: $day }, orderBy: [date_DESC]) {
        max { keyCount byteCount }
        dimensions { date namespaceId }
      }
      d1AnalyticsAdaptiveGroups(limit: 10000, filter: { datetime_geq: $from, datetime_lt: $to }) {
        sum { readQueries writeQueries rowsRead rowsWritten }
        dimensions { databaseId }
      }
      d1StorageAdaptiveGroups(limit: 10000, filter: { date_geq: $day }, orderBy: [date_DESC]) {
        max { databaseSizeBytes }
        dimensions { date databaseId }
      }
    }
  }
}`

export interface Invocations {
  sum: {
    requests: number
    errors: number
    subrequests: number
    /** GB-s */
    duration: number
    cpuTimeUs: number
  }
  /** Microseconds. */
  quantiles: { cpuTimeP50: number; cpuTimeP99: number }
  dimensions: { scriptName: string; status: string }
}

export interface Backlog {
  avg: { messages: number; bytes: number }
  dimensions: { queueId: string }
}

/** An account in an answer. */
export interface Account {
  workersInvocationsAdaptive: Invocations[]
  queueBacklogAdaptiveGroups: Backlog[]
}

/** The stores of an account in an answer; of sizes the newest come first. */
export interface Stores {
  r2OperationsAdaptiveGroups: {
    sum: { requests: number }
    dimensions: { bucketName: string; actionType: string; actionStatus: string }
  }[]
  r2StorageAdaptiveGroups: {
    /** Bytes. */
    max: { objectCount: number; payloadSize: number; metadataSize: number }
    dimensions: { datetime: string; bucketName: string }
  }[]
  kvOperationsAdaptiveGroups: {
    sum: { requests: number }
    dimensions: { namespaceId: string; actionType: string }
  }[]
  kvStorageAdaptiveGroups: {
    max: { keyCount: number; byteCount: number }
    dimensions: { date: string; namespaceId: string }
  }[]
  d1AnalyticsAdaptiveGroups: {
    sum: { readQueries: number; writeQueries: number; rowsRead: number; rowsWritten: number }
    dimensions: { databaseId: string }
  }[]
  d1StorageAdaptiveGroups: {
    max: { databaseSizeBytes: number }
    dimensions: { date: string; databaseId: string }
  }[]
}

interface Answer<Found> {
  data?: { viewer?: { accounts?: Found[] } | null } | null
  errors?: { message: string }[] | null
}

export interface Analytics {
  readonly url: string
  readonly account: string
  readonly token: string
  readonly from: Date
  readonly to: Date
}

const TIMEOUT_MS = 20_000

const DAY_MS = 86_400_000

/**
 * Asks for what happened from one time up to another.
 *
 * @throws Error when the API does not answer, refuses, or answers with errors. It never names the token.
 */
export function readAnalytics(options: Analytics): Promise<Account> {
  return ask<Account>(QUERY, options, {})
}

/**
 * Asks for what happened in stores, and how large they are.
 *
 * @throws Error as `readAnalytics` does.
 */
export function readStores(options: Analytics): Promise<Stores> {
  const since = new Date(options.to.getTime() - DAY_MS).toISOString()
  return ask<Stores>(STORES_QUERY, options, { since, day: since.slice(0, 10) })
}

async function ask<Found>(
  query: string,
  { url, account, token, from, to }: Analytics,
  more: Record<string, string>,
): Promise<Found> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      variables: { account, from: from.toISOString(), to: to.toISOString(), ...more },
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`Cannot read analytics: the API answered ${response.status}`)
  }
  const { data, errors } = (await response.json()) as Answer<Found>
  if (errors?.length) {
    throw new Error(`Cannot read analytics: ${errors.map(({ message }) => message).join('; ')}`)
  }
  const found = data?.viewer?.accounts?.[0]
  if (!found) throw new Error('Cannot read analytics: there is no such account, or no permission')
  return found
}

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

interface Answer {
  data?: { viewer?: { accounts?: Account[] } | null } | null
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

/**
 * Asks for what happened from one time up to another.
 *
 * @throws Error when the API does not answer, refuses, or answers with errors. It never names the token.
 */
export async function readAnalytics(options: Analytics): Promise<Account> {
  const { url, account, token, from, to } = options
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: QUERY,
      variables: { account, from: from.toISOString(), to: to.toISOString() },
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`Cannot read analytics: the API answered ${response.status}`)
  }
  const { data, errors } = (await response.json()) as Answer
  if (errors?.length) {
    throw new Error(`Cannot read analytics: ${errors.map(({ message }) => message).join('; ')}`)
  }
  const found = data?.viewer?.accounts?.[0]
  if (!found) throw new Error('Cannot read analytics: there is no such account, or no permission')
  return found
}

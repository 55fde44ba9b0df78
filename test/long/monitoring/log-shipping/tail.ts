interface Item {
  readonly scriptName: string | null
  readonly outcome: string
  readonly eventTimestamp: number
  readonly logs: readonly object[]
  readonly exceptions: readonly object[]
  readonly event: { readonly request?: { readonly url: string } }
}

/** Says on the console what the runtime tells of invocations, as `wrangler tail` prints it. */
export default {
  tail: (items: readonly Item[]): void => {
    for (const { scriptName, outcome, eventTimestamp, logs, exceptions, event } of items) {
      const url = event.request?.url
      console.log(
        JSON.stringify({
          outcome,
          // A workerd of one's own knows none.
          scriptName: scriptName ?? 'shop',
          eventTimestamp,
          logs,
          exceptions,
          event: { request: { url } },
        }),
      )
    }
  },
}

/** Remembers what workerd tells a streaming tail Worker. */
const events: TailStream.TailEvent<TailStream.EventType>[] = []

export default {
  tailStream(onset) {
    events.push(onset)
    return (event) => {
      events.push(event)
    }
  },
  fetch: () =>
    new Response(
      JSON.stringify(events.splice(0), (_key, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      ),
    ),
} satisfies ExportedHandler

export default {
  fetch(): Response {
    return new Response('from the other')
  },
  scheduled({ cron, scheduledTime }: { cron: string; scheduledTime: number }): void {
    console.log(cron, new Date(scheduledTime).toISOString())
  },
}

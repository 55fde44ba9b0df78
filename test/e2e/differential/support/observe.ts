import { setTimeout } from 'node:timers/promises'
import type { Runtime, Sent } from '../routes/group.ts'
import { exchange } from './exchange.ts'
import { partsAsItLikes } from './runtime-habits.ts'
import { transcript } from './transcript.ts'

const bodyText = ({ messages }: { messages: { chunks: Buffer[] }[] }): string =>
  Buffer.concat(messages[0]?.chunks ?? []).toString()

/** Until the app has seen that the client left, or its stream is over by itself. */
const outcomeOf = async (port: number, path: string): Promise<string> => {
  const asked = { path: path.replace('/cancellations/', '/cancellations/seen/') }
  for (;;) {
    const seen = bodyText(await exchange(port, asked))
    if (seen !== 'flows') {
      return seen
    }
    await setTimeout(20)
  }
}

/** Everything that can be seen of one request, as text. */
export const observe = async (port: number, sent: Sent, runtime: Runtime): Promise<string> => {
  const asked = { runtime, method: sent.method ?? 'GET' }
  const seen = await exchange(port, sent)
  if (sent.path.startsWith('/inside/')) {
    return bodyText(seen) || transcript(seen, asked)
  }
  if (sent.reset) {
    // How much arrived before the reset is chance.
    const [message] = seen.messages
    const head = transcript(
      { ...seen, messages: message ? [{ ...message, chunks: [] }] : [] },
      asked,
    )
    return `${head}\n  the app saw: ${await outcomeOf(port, sent.path)}`
  }
  if (partsAsItLikes(runtime, sent.path)) {
    const messages = seen.messages.map((message) => ({
      ...message,
      chunks: [Buffer.concat(message.chunks)],
    }))
    return transcript({ ...seen, messages }, asked)
  }
  return transcript(seen, asked)
}

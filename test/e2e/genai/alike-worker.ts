import { isObservable, observeResponse } from '../../../src/http/genai/observed-response.ts'
import { differences } from '../../support/models/alike.ts'

const ignore = (): void => {}
const observer = {
  asked: ignore,
  reads: ignore,
  whole: ignore,
  chunk: ignore,
  end: ignore,
  fail: ignore,
}

const observe = (response: Response): void => {
  if (!isObservable(response)) {
    throw new Error('The runtime’s own response is not known.')
  }
  observeResponse(response, observer)
}

export default {
  fetch: async (request: Request, { MODELS }: { MODELS: string }) => {
    const body = JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    })
    const ask = () => fetch(`${MODELS}/v1/chat/completions`, { method: 'POST', body })
    return Response.json(
      new URL(request.url).pathname === '/fetched'
        ? await differences(observe, 1, { fetched: ask })
        : await differences(observe, 2),
    )
  },
}

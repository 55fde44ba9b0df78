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

const found = await differences((response) => {
  if (!isObservable(response)) {
    throw new Error('The runtime’s own response is not known.')
  }
  observeResponse(response, observer)
}, 3)
console.log(JSON.stringify(found))
process.exit(0)

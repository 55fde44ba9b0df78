/** Makes each profile of a process that is busy in `burn` and holds what `keep` makes, and prints the answers. */
import { Hono } from 'hono'
import { profileRoutes } from '../../../src/entries/process.ts'

const app = new Hono()
app.route('/', profileRoutes({ token: 'a long one' }))

const burn = (): number => {
  let sum = 0
  for (let i = 0; i < 1_000_000; i++) sum += Math.sqrt(i)
  return sum
}
const held: string[][] = []
const keep = (): void => {
  const texts: string[] = []
  for (let i = 0; i < 2000; i++) texts.push(`v${i}`)
  held.push(texts)
}
let sum = 0
const timer = setInterval(() => {
  sum += burn()
  keep()
}, 5)

const answers: object[] = []
for (const path of process.argv.slice(2)) {
  const response = await app.request(path, { headers: { Authorization: 'Bearer a long one' } })
  const { status, headers } = response
  answers.push({
    path,
    status,
    name: headers.get('Content-Disposition'),
    base64: Buffer.from(await response.arrayBuffer()).toString('base64'),
  })
}
clearInterval(timer)
console.log(JSON.stringify({ answers, isBusy: sum > 0, held: held.length }))

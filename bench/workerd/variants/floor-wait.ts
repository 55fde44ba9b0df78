/** The floor, and leave to go on from the start, so that a client that leaves does not take its span along. */
import { floorApp } from '../floor.ts'

export default floorApp(async (c, next) => {
  let finish: (() => void) | undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  c.executionCtx.waitUntil(finished)
  await next()
  finish?.()
})

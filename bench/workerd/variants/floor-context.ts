/** The floor, and a context for what handlers call. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { floorApp } from '../floor.ts'

const storage = new AsyncLocalStorage<object>()

export default floorApp((_, next) => storage.run({}, next))

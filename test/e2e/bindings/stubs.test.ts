import { afterAll, beforeAll, expect, it } from 'vitest'
import { ERROR, type Harness, startHarness } from './harness.ts'

// That all of this works as on the platform's own stubs is in bindings.test.ts.

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})

afterAll(async () => {
  await harness?.worker.stop()
})

it('calls on a returned stub are traced, by the name of the method that returned it', async () => {
  expect(await harness.spansOf('returnedStub')).toMatchObject([
    { name: 'ROOM/counter' },
    {
      name: 'ROOM/counter.add',
      attributes: { 'rpc.method': 'ROOM/counter.add', 'cloudflare.binding.name': 'ROOM' },
    },
    { name: 'ROOM/counter.inner.add' },
  ])
})

it('so are calls on a copy of it, and those that fail because it was disposed of', async () => {
  expect(await harness.spansOf('disposed')).toMatchObject([
    { name: 'ROOM/counter' },
    { name: 'ROOM/counter.add', status: ERROR },
    { name: 'ROOM/counter.add', status: 0 },
  ])
})

it('pipelined calls are spans of their own', async () => {
  expect((await harness.namesOf('pipelined')).toSorted()).toEqual([
    'ROOM/counter',
    'ROOM/counter',
    'ROOM/counter',
    'ROOM/counter.add',
    'ROOM/counter.inner.add',
  ])
})

it('methods of a Durable Object that a service returned are traced', async () => {
  expect(await harness.namesOf('returnedDurableObject')).toEqual([
    'SERVICE/room',
    'SERVICE/room.hello',
  ])
})

it('names stop growing where stubs return stubs without end', async () => {
  expect(await harness.namesOf('chained')).toEqual([
    'ROOM/chain',
    'ROOM/chain.next',
    'ROOM/chain.next.next',
    'ROOM/chain.next.next.next',
    'ROOM/chain.next.next.next.next',
  ])
})

// A call of a function can be seen only by an object in its place. But a returned function looks like any returned
// stub, and one that something stands in for arrives as a function wherever it is sent to within an object.
it('a stand-in for a stub cannot be sent on as one, and functions cannot be told from stubs', async () => {
  const { looks, itself, standIn } = (await harness.call('/raw/standIns')) as {
    looks: unknown[]
    itself: unknown
    standIn: unknown
  }
  expect(looks[0]).toEqual(looks[1])
  expect(itself).toEqual(['hello nested', 2])
  expect(standIn).toBe('TypeError: The RPC receiver does not implement the method "add".')
})

it('calls of a returned function, and on stubs within a returned object, are not traced', async () => {
  expect(await harness.namesOf('returnedFunction')).toEqual(['ROOM/doubler'])
  expect(await harness.namesOf('returnedInObject')).toEqual(['ROOM/counters'])
})

it('a rejection that nobody asked for is reported as often as without instrumentation', async () => {
  expect(await harness.call('/wrapped/unhandledRejections')).toEqual(
    await harness.call('/raw/unhandledRejections'),
  )
  const all = await harness.spansOf('unhandledRejections')
  expect(all.filter(({ status }) => status === ERROR)).toHaveLength(9)
})

it('arguments and results go through untouched where the context is not to go along', async () => {
  expect(await harness.call('/wrapped/received')).toEqual(['a', null, { b: 1 }])
})

import { expect, it } from 'vitest'
import { pprofOfCpu } from '../../../src/process/profile/pprof.ts'

/** The fields of a protobuf message. */
const fieldsOf = (bytes: readonly number[]): [field: number, value: number | number[]][] => {
  const fields: [number, number | number[]][] = []
  const rest = [...bytes]
  while (rest.length > 0) {
    const tag = varint(rest)
    const value = varint(rest)
    fields.push([tag >> 3, tag % 8 === 2 ? rest.splice(0, value) : value])
  }
  return fields
}

const varint = (rest: number[]): number => {
  let value = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = rest.shift() ?? 0
    value += (byte % 128) * factor
    if (byte < 128) return value
  }
}

/** Of each sample: how often it was seen, and for how many nanoseconds. */
const valuesOf = (bytes: Uint8Array): number[][] =>
  fieldsOf([...bytes])
    .filter(([field]) => field === 2)
    .map(([, sample]) => {
      const packed = fieldsOf(sample as number[]).find(([field]) => field === 2)?.[1] as number[]
      const values: number[] = []
      while (packed.length > 0) values.push(varint(packed))
      return values
    })

it('counts no time of a pause, in which Bun takes no samples', () => {
  const callFrame = { functionName: 'burn', url: 'app.ts', lineNumber: 1, columnNumber: 0 }
  const profile = {
    nodes: [{ id: 1, callFrame }],
    startTime: 0,
    endTime: 600_000,
    samples: [1, 1, 1, 1, 1],
    timeDeltas: [200_000, 1100, 193_000, 900, 200_000],
  }
  // 1.1 ms and 0.9 ms, and 1 ms of each pause; of the last nobody knows.
  expect(valuesOf(pprofOfCpu(profile, 0))).toEqual([[5, 4_000_000]])
})

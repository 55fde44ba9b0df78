import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPartialSuccess } from '../../../../src/export/protobuf/partial-success.ts'

interface Response {
  encode(message: object): { finish(): Uint8Array }
}

const generated = createRequire(import.meta.url)(
  '@opentelemetry/otlp-transformer/build/src/generated/root.js',
)
const ExportLogsServiceResponse: Response =
  generated.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse

const encode = (message: object): Uint8Array => ExportLogsServiceResponse.encode(message).finish()

const answer = (rejectedLogRecords: number, errorMessage: string): Uint8Array =>
  encode({ partialSuccess: { rejectedLogRecords, errorMessage } })

describe('an answer in protobuf', () => {
  it('that is a full success says nothing', () => {
    expect(readPartialSuccess(new Uint8Array())).toBe(undefined)
    expect(readPartialSuccess(encode({}))).toBe(undefined)
  })

  it.each([
    [0, ''],
    [3, 'slow down'],
    [127, 'größe'],
    [128, 'x'.repeat(300)],
    [2 ** 40 + 1, ''],
  ])('says that %i were rejected, and why', (rejected, message) => {
    expect(readPartialSuccess(answer(rejected, message))).toEqual({ rejected, message })
  })

  it('cannot take back what was counted', () => {
    expect(readPartialSuccess(answer(-5, 'a'))).toEqual({ rejected: 0, message: 'a' })
  })

  it('is read past fields of later versions', () => {
    const [first, ...rest] = answer(3, 'm')
    expect(first).toBe(0x0a)
    // Field 9 of each wire type: varint, 64 bits, bytes, 32 bits.
    const later = [0x48, 0x96, 1, 0x49, 1, 2, 3, 4, 5, 6, 7, 8, 0x4a, 2, 7, 7, 0x4d, 1, 2, 3, 4]
    expect(readPartialSuccess(Uint8Array.of(...later, 0x0a, ...rest))).toEqual({
      rejected: 3,
      message: 'm',
    })
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc
            .uint8Array({ maxLength: 20 })
            .map((bytes) => Uint8Array.of(0x0a, bytes.length, ...bytes)),
          fc
            .tuple(fc.nat(), fc.string(), fc.nat(40))
            .map(([rejected, message, length]) => answer(rejected, message).subarray(0, length)),
        ),
        (bytes) => {
          const read = readPartialSuccess(bytes)
          expect(read === undefined || read.rejected >= 0).toBe(true)
          expect(typeof (read?.message ?? '')).toBe('string')
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('takes time in proportion to its length, however hostile', () => {
    const zeros = new Uint8Array(64 * 1024).fill(0x80)
    const startedMs = performance.now()
    for (const byte of [0x00, 0x02, 0x08, 0x0a, 0x80, 0xff]) readPartialSuccess(zeros.fill(byte))
    expect(performance.now() - startedMs).toBeLessThan(500)
  })
})

import type { PartialSuccess } from '../otlp/otlp-encoding.ts'

/** Reads `Export…ServiceResponse`, the same for all signals: field 1 is `partial_success`. Never throws. */
export const readPartialSuccess = (answer: Uint8Array): PartialSuccess | undefined => {
  const partial = readFields(answer)[1]
  if (!(partial instanceof Uint8Array)) {
    return undefined
  }
  const { 1: rejected, 2: message } = readFields(partial)
  return {
    // From 2^63 on, a negative number is meant.
    rejected: typeof rejected === 'number' && rejected < 2 ** 63 ? rejected : 0,
    message: message instanceof Uint8Array ? new TextDecoder().decode(message) : '',
  }
}

type Field = number | Uint8Array | undefined

/** The first two fields of a message; of a repeated one the last, as protobuf has it. Stops where it makes no sense. */
const readFields = (message: Uint8Array): { 1?: Field; 2?: Field } => {
  const fields: { 1?: Field; 2?: Field } = {}
  let at = 0
  /** Beyond 2^53 only roughly right; a negative one becomes very large. */
  const varint = (): number => {
    let value = 0
    for (let scale = 1; scale < 2 ** 64; scale *= 128) {
      const byte = message[at++] ?? Number.NaN
      value += (byte & 127) * scale
      if (!(byte > 127)) {
        return byte >= 0 ? value : byte
      }
    }
    return Number.NaN
  }
  while (at < message.length) {
    const tag = varint()
    const type = tag & 7
    let value: Field
    if (type === 0) {
      value = varint()
    } else if (type === 2) {
      const length = varint()
      value = message.subarray(at, at + length)
      at += length
    } else if (type === 1 || type === 5) {
      at += type === 1 ? 8 : 4
    } else {
      break
    }
    // Cut off: neither this nor what follows can be told.
    if (!(at <= message.length)) {
      break
    }
    const field = tag >>> 3
    if (field === 1 || field === 2) {
      fields[field] = value
    }
  }
  return fields
}

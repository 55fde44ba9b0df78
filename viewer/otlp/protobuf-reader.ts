/** Reads protobuf's wire format. Every method throws a RangeError past the end of the bytes. */
export class ProtobufReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0
  #end: number

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = bytes.byteLength
  }

  /** Whether the message in hand has more fields. */
  get more(): boolean {
    return this.#position < this.#end
  }

  /** Narrows the reader to the message that begins here. Returns what `leave` wants. */
  enter(): number {
    const length = this.varint()
    const outerEnd = this.#end
    if (length > outerEnd - this.#position) throw new RangeError('a message is cut off')
    this.#end = this.#position + length
    return outerEnd
  }

  leave(outerEnd: number): void {
    this.#end = outerEnd
  }

  /** An unsigned integer. Exact below 2^53. */
  varint(): number {
    let value = 0
    let unit = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value
      unit *= 128
    }
    throw new RangeError('an integer is longer than 10 bytes')
  }

  /** A signed 64-bit integer: a number where it is exact, otherwise a decimal string. */
  int64(): number | string {
    return exact(BigInt.asIntN(64, this.#varint64()))
  }

  /** The same without a sign. */
  uint64(): number | string {
    return exact(BigInt.asUintN(64, this.#varint64()))
  }

  /** A zigzag-encoded 32-bit integer. */
  sint32(): number {
    const value = this.varint()
    return value % 2 ? -(value + 1) / 2 : value / 2
  }

  /** A signed 32-bit integer, also when it was written in ten bytes. */
  int32(): number {
    return Number(BigInt.asIntN(32, BigInt(this.int64())))
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  fixed64(): number | string {
    return exact(this.#view.getBigUint64(this.#take(8), true))
  }

  sfixed64(): number | string {
    return exact(this.#view.getBigInt64(this.#take(8), true))
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  bytes(): Uint8Array {
    const length = this.varint()
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  string(): string {
    return decoder.decode(this.bytes())
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.#take(8)
    else if (wireType === 2) this.#take(this.varint())
    else if (wireType === 5) this.#take(4)
    else throw new RangeError(`wire type ${wireType} is not known`)
  }

  #varint64(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new RangeError('an integer is longer than 10 bytes')
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] as number
  }

  #take(length: number): number {
    const start = this.#position
    if (length > this.#end - start) throw new RangeError('a field is cut off')
    this.#position = start + length
    return start
  }
}

const decoder = /* @__PURE__ */ new TextDecoder()

const exact = (value: bigint): number | string => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

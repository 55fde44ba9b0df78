import { serve } from '../../../viewer/node/serve.ts'

/** One native histogram in Prometheus' protobuf exposition, which is the only one that has them. */
export interface NativeHistogram {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly count: number
  readonly sum: number
  /** How many there are in each bucket, by its index: at schema 3 it ends at 2^(index/8). In order, without gaps. */
  readonly buckets: readonly (readonly [index: number, count: number])[]
}

const SCHEMA = 3
const HISTOGRAM_TYPE = 4

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}
const zigzag = (value: number): number[] => varint(value < 0 ? -2 * value - 1 : 2 * value)
const double = (value: number): number[] => [...new Uint8Array(new Float64Array([value]).buffer)]
const number = (field: number, bytes: number[]): number[] => [...varint(field * 8), ...bytes]
const fixed = (field: number, value: number): number[] => [
  ...varint(field * 8 + 1),
  ...double(value),
]
const nested = (field: number, bytes: number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (field: number, value: string): number[] =>
  nested(field, [...new TextEncoder().encode(value)])

/** `io.prometheus.client.MetricFamily`, with its length before it. */
const family = ({ name, labels, count, sum, buckets }: NativeHistogram): number[] => {
  const deltas = buckets.flatMap(([, here], at) => zigzag(here - (buckets[at - 1]?.[1] ?? 0)))
  const histogram = [
    ...number(1, varint(count)),
    ...fixed(2, sum),
    ...number(5, zigzag(SCHEMA)),
    ...fixed(6, 1e-9),
    ...number(7, varint(0)),
    ...nested(12, [
      ...number(1, zigzag(buckets[0]?.[0] ?? 0)),
      ...number(2, varint(buckets.length)),
    ]),
    ...nested(13, deltas),
  ]
  const pairs = Object.entries(labels).flatMap(([key, value]) =>
    nested(1, [...text(1, key), ...text(2, value)]),
  )
  const content = [
    ...text(1, name),
    ...number(3, varint(HISTOGRAM_TYPE)),
    ...nested(4, [...pairs, ...nested(7, histogram)]),
  ]
  return [...varint(content.length), ...content]
}

/** Serves `/metrics` with what `read` says at each scrape. */
export const startNativeTarget = (read: () => readonly NativeHistogram[]) =>
  serve(
    async () =>
      new Response(new Uint8Array(read().flatMap(family)), {
        headers: {
          'content-type':
            'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
        },
      }),
    '127.0.0.1',
    0,
  )

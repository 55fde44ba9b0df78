import type { VNode } from 'preact'

interface SparkLineProps {
  values: readonly number[]
  label: string
}

const WIDTH = 90
const HEIGHT = 18

/** A line as small as a word: how something went, without any numbers. */
export function SparkLine({ values, label }: SparkLineProps): VNode {
  const highest = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values
    .map(
      (value, at) =>
        `${(at * step).toFixed(1)},${(HEIGHT - 1 - (value / highest) * (HEIGHT - 2)).toFixed(1)}`,
    )
    .join(' ')
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <polyline points={points} />
    </svg>
  )
}

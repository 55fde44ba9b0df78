/** One line of a plot. */
export interface Series {
  name: string
  /** Colour as CSS has it. */
  color: string
  points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  title: string
  xLabel: string
  yLabel: string
  series: readonly Series[]
}

const WIDTH = 640
const HEIGHT = 320
const LEFT = 64
const RIGHT = 16
const TOP = 40
const BOTTOM = 48

/** A plot with a logarithmic x axis and a y axis from zero. Readable on light and on dark pages. */
export const svgOf = ({ title, xLabel, yLabel, series }: Plot): string => {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort(
    (a, b) => a - b,
  )
  const highest = Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y)))
  const top = niceCeiling(highest)
  const [lowestX = 1] = xs
  const highestX = xs.at(-1) ?? 1
  const x = (value: number): number =>
    LEFT +
    ((WIDTH - LEFT - RIGHT) * Math.log(value / lowestX)) / (Math.log(highestX / lowestX) || 1)
  const y = (value: number): number =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * Math.max(0, value)) / top
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * top).toFixed(1)
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#8884"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${share * top}</text>`
  })
  const ticks = xs.map(
    (value) =>
      `<text x="${x(value).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${value.toLocaleString('en')}</text>`,
  )
  const drawn = series.map(({ name, color, points }, index) => {
    const at = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`)
    const dots = at.map((place) => {
      const [cx, cy] = place.split(',')
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`
    })
    return `<polyline points="${at.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}<text x="${LEFT + 8 + index * 190}" y="${TOP - 8}" fill="${color}">${name}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12" fill="#888">
<title>${title}</title>
<text x="${LEFT}" y="16" font-size="14" font-weight="bold">${title}</text>
${[...lines, ...ticks, ...drawn].join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${xLabel}</text>
<text x="16" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(TOP + HEIGHT - BOTTOM) / 2})">${yLabel}</text>
</svg>
`
}

const niceCeiling = (value: number): number => {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  return ([1, 2, 4, 5, 10].find((factor) => factor * unit >= value) ?? 10) * unit
}

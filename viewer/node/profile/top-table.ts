import { figuresOf, type Profile, sumOf } from '../../profile/profile.ts'
import { plain } from './plain.ts'

const BOLD = '\u001b[1m'
const DIM = '\u001b[2m'
const RESET = '\u001b[0m'

/** The functions that spent most in themselves, a line each; '' when nothing was spent. */
export function topTable(profile: Profile, rows: number, colours: boolean): string {
  const sum = sumOf(profile)
  if (sum === 0 || rows === 0) return ''
  const paint = (style: string, text: string): string => (colours ? style + text + RESET : text)
  const figures = figuresOf(profile)
  const lines = profile.frames
    .map((frame, index) => ({ ...frame, ...(figures[index] ?? { self: 0, total: 0 }) }))
    .sort((a, b) => b.self - a.self || b.total - a.total)
    .slice(0, rows)
    .map(({ name, file, line, self, total }) => {
      const place = file && ` ${plain(file)}${line ? `:${line}` : ''}`
      const columns = [self, total].map((value) => column(value, sum, profile.unit)).join('  ')
      return `${columns}  ${plain(name)}${paint(DIM, place)}`
    })
  const head = `${'self'.padStart(WIDTH)}  ${'total'.padStart(WIDTH)}  function`
  return [paint(BOLD, head), ...lines].join('\n')
}

const WIDTH = 17

function column(value: number, sum: number, unit: Profile['unit']): string {
  const share = `${((100 * value) / sum).toFixed(1)} %`.padStart(7)
  return `${amountOf(value, unit)} ${share}`.padStart(WIDTH)
}

/** Such as `1.9 s`, `20 ms` or `1.2 MB`. */
export function amountOf(value: number, unit: Profile['unit']): string {
  const scales = unit === 'ms' ? TIMES : BYTES
  const [size, name] = scales.find(([each]) => value >= each) ??
    scales[scales.length - 1] ?? [1, '']
  return `${Number((value / size).toPrecision(3))} ${name}`
}

const TIMES: readonly [size: number, name: string][] = [
  [1000, 's'],
  [1, 'ms'],
]
const BYTES: readonly [size: number, name: string][] = [
  [1e6, 'MB'],
  [1e3, 'kB'],
  [1, 'B'],
]

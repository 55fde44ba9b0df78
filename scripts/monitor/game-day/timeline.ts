import { type Box, drawChart, escaped, picture, timeScale } from '../draw/chart.ts'
import type { Incident } from './incidents.ts'
import type { GameDay, Played } from './play.ts'

const WIDTH = 860
const PANEL = 118
const LEFT = 64

const FORMATS: Readonly<Record<Incident['unit'], (value: number) => string>> = {
  share: (value) => `${Number((value * 100).toPrecision(3))} %`,
  seconds: (value) => `${Number(value.toPrecision(3))} s`,
  number: (value) => String(Number(value.toPrecision(3))),
}

/** Minutes as they would be in production, where everything takes `speed` times as long. */
export const minutesOf = ({ speed }: GameDay, ms: number): number => (ms * speed) / 60_000

const atMinute = (day: GameDay, ms: number): string => `${minutesOf(day, ms).toFixed(0)} min`

function panel(day: GameDay, played: Played, top: number): string {
  const { incident, beganMs, endedMs, pagedMs, resolvedMs, samples } = played
  const box: Box = { x: LEFT, y: top + 26, width: WIDTH - LEFT - 20, height: PANEL - 54 }
  const endMs = Math.max(samples.at(-1)?.atMs ?? endedMs, resolvedMs ?? endedMs)
  const scale = { box, startMs: samples[0]?.atMs ?? beganMs, endMs }
  const x = timeScale(scale)
  const mark = (ms: number | undefined, text: string, color: string, line: number): string => {
    if (ms === undefined) return ''
    const at = x(ms).toFixed(1)
    const isRight = x(ms) > WIDTH - 190
    return (
      `<line x1="${at}" y1="${box.y}" x2="${at}" y2="${box.y + box.height}" stroke="${color}" stroke-width="2"/>` +
      `<text x="${Number(at) + (isRight ? -4 : 4)}" y="${box.y + 11 + 13 * line}" fill="${color}" text-anchor="${isRight ? 'end' : 'start'}">${escaped(text)}</text>`
    )
  }
  const [from, to] = [x(beganMs).toFixed(1), x(endedMs).toFixed(1)]
  return [
    `<text x="${LEFT}" y="${top + 16}" class="title">${escaped(incident.name)}</text>`,
    `<text x="${LEFT + 110}" y="${top + 16}" class="text">${escaped(incident.what.replaceAll('`', ''))}</text>`,
    `<rect x="${from}" y="${box.y}" width="${(Number(to) - Number(from)).toFixed(1)}" height="${box.height}" fill="#fbe3d6"/>`,
    drawChart([{ labels: {}, samples }], { ...scale, format: FORMATS[incident.unit] }),
    mark(pagedMs, `page after ${atMinute(day, (pagedMs ?? 0) - beganMs)}`, '#b00020', 0),
    mark(
      resolvedMs,
      `resolved ${atMinute(day, (resolvedMs ?? 0) - endedMs)} after its end`,
      '#00703c',
      1,
    ),
  ].join('\n')
}

/** Every incident with what was measured, when somebody was paged, and when that was over. */
export const timeline = (day: GameDay): string =>
  picture(
    WIDTH,
    day.played.length * PANEL + 8,
    'What was measured during each incident, when it paged and when that was resolved',
    day.played.map((played, at) => panel(day, played, at * PANEL)).join('\n'),
  )

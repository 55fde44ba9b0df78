const COLOURS = 12

/** The class that gives a service its colour, the same in every view. */
export function colourOf(service: string): string {
  return `colour-${hash(service) % COLOURS}`
}

/** The CSS variable of the line with this number in a chart. */
export function lineColour(index: number): string {
  return `--colour-${index % COLOURS}`
}

function hash(text: string): number {
  let value = 2166136261
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619)
  return (value ^ (value >>> 15)) >>> 0
}

/** What a colour variable of the style sheet stands for now, for a canvas. */
export function resolveColours(element: HTMLElement): (variable: string) => string {
  const probe = document.createElement('i')
  element.append(probe)
  const known = new Map<string, string>()
  for (const variable of VARIABLES) {
    probe.style.color = `var(${variable})`
    known.set(variable, getComputedStyle(probe).color)
  }
  probe.remove()
  return (variable) => known.get(variable) ?? 'gray'
}

const VARIABLES: readonly string[] = [
  '--text',
  '--muted',
  '--line',
  '--accent',
  '--bad',
  '--surface',
  ...Array.from({ length: 12 }, (_, index) => `--colour-${index}`),
]

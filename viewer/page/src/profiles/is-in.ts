/** Whether a text in lower case is in the name of a function, or of its file. */
export function isIn({ name, file }: { name: string; file: string }, wanted: string): boolean {
  return `${name}\n${file}`.toLowerCase().includes(wanted)
}

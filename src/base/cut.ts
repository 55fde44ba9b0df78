/** A text of its own, not one that keeps the longer text alive which it was taken from, as engines' slices do. */
export const detach = (text: string): string => ` ${text}`.slice(1)

/** At most so many characters. What holds on to the result does not hold on to the rest. */
export const cut = (text: string, maxLength: number): string =>
  text.length > maxLength ? detach(text.slice(0, maxLength)) : text

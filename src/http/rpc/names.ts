/** Characters of a name that the caller made up, in an attribute of a span. */
const MAX_NAME = 255

export const cutName = (name: string | undefined): string | undefined => name?.slice(0, MAX_NAME)

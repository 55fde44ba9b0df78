/** The error for something that is wrong in the code that set the checks up. */
export const invalidOption = (option: string, expected: string, received: unknown): TypeError => {
  return new TypeError(
    `Cannot check health: \`${option}\` must be ${expected}, received ${received}`,
  )
}

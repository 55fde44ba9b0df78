/** Documentation that a test compares with what it sees. */
declare module '*.md?raw' {
  const text: string
  export default text
}

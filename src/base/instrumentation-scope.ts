/** The name and version of what recorded something. */
export interface InstrumentationScope {
  readonly name: string
  readonly version?: string
  readonly schemaUrl?: string
}

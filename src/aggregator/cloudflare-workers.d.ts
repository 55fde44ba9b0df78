/** The part of the Workers runtime's module that is used. Projects have their own, fuller declaration. */
declare module 'cloudflare:workers' {
  interface State {
    readonly storage: {
      readonly sql: {
        exec(query: string, ...bindings: unknown[]): Iterable<Record<string, unknown>>
        readonly databaseSize: number
      }
      transactionSync<T>(callback: () => T): T
      getAlarm(): Promise<number | null>
      setAlarm(timeMs: number): Promise<void>
    }
  }

  export abstract class DurableObject<Env = unknown> {
    protected ctx: State
    protected env: Env
    constructor(ctx: State, env: Env)
    alarm?(): void | Promise<void>
  }
}

// The parts of the runtimes' own types that are used here.

type Fetch = (request: Request) => Response | Promise<Response>

declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen(): void },
    fetch: Fetch,
  ): { shutdown(): Promise<void> }
}

declare const Bun: {
  serve(options: {
    port: number
    hostname: string
    development: boolean
    fetch: Fetch
    error(): Response
  }): {
    stop(): Promise<void>
  }
}

declare module 'bun:sqlite' {
  export class Database {
    constructor(path: string)
    query(query: string): { all(...values: unknown[]): unknown[] }
    exec(sql: string): void
    close(): void
  }
}

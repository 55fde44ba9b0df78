/** What has the methods that KV is known by, and answers at once: its calls cost next to nothing by themselves. */
class KvStub {
  async get(_key: string): Promise<string | null> {
    return null
  }
  async getWithMetadata(_key: string): Promise<{ value: null; metadata: null }> {
    return { value: null, metadata: null }
  }
  async put(_key: string, _value: string): Promise<void> {}
  async list(): Promise<{ keys: [] }> {
    return { keys: [] }
  }
}

class StatementStub {
  bind(..._values: unknown[]): StatementStub {
    return new StatementStub()
  }
  async first(): Promise<{ pieces: number }> {
    return { pieces: 12 }
  }
}

/** The same of D1. */
class D1Stub {
  prepare(_text: string): StatementStub {
    return new StatementStub()
  }
  async batch(list: unknown[]): Promise<unknown[]> {
    return list
  }
  async exec(_text: string): Promise<{ count: number; duration: number }> {
    return { count: 1, duration: 0 }
  }
}

const stubs = { KV_STUB: new KvStub(), D1_STUB: new D1Stub() }

export type Stubs = typeof stubs

/** An environment that has the stubs as well. */
export const withStubs = <E extends object>(env: E): E & Stubs => ({ ...env, ...stubs })

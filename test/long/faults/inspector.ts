/** The Chrome DevTools protocol of an isolate, as far as memory goes. */
export interface Inspector {
  collectedHeapBytes(): Promise<number>
  close(): void
}

interface HeapUsage {
  usedSize: number
  embedderHeapUsedSize: number
  backingStorageSize: number
}

const WORKER_TARGET = 'core:user:worker'

/** Connects to the Worker behind Miniflare's inspector. */
export async function connectInspector(url: URL): Promise<Inspector> {
  const socket = new WebSocket(new URL(`/${WORKER_TARGET}`, url))
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  let lastId = 0
  const call = <Result>(method: string): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      const onMessage = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data))
        if (answer.id !== id) return
        socket.removeEventListener('message', onMessage)
        if (answer.error) reject(new Error(`Cannot ${method}: ${answer.error.message}`))
        else resolve(answer.result)
      }
      socket.addEventListener('message', onMessage)
      socket.send(JSON.stringify({ id, method }))
    })
  return {
    async collectedHeapBytes() {
      // Not enabled, the next call never returns.
      await call('HeapProfiler.enable')
      // What only a finalizer lets go is gone after the second.
      await call('HeapProfiler.collectGarbage')
      await call('HeapProfiler.collectGarbage')
      const { usedSize, embedderHeapUsedSize, backingStorageSize } =
        await call<HeapUsage>('Runtime.getHeapUsage')
      return usedSize + embedderHeapUsedSize + backingStorageSize
    },
    close: () => socket.close(),
  }
}

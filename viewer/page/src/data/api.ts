/** An answer other than the one that was asked for. */
export class ApiError extends Error {
  override name = 'ApiError'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }

  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error
    return new ApiError('The viewer does not answer. Is it still running?', 0)
  }
}

/** @throws ApiError with the server's own words. */
export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  return read<T>(await fetch(url, { signal }))
}

/** @throws ApiError with the server's own words. */
export async function postFile<T>(url: string, file: File): Promise<T> {
  return read<T>(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: file,
    }),
  )
}

/** @throws ApiError with the server's own words. */
export async function removeAll(): Promise<void> {
  const response = await fetch('/api/data', { method: 'DELETE' })
  if (!response.ok) await read(response)
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (response.ok) return JSON.parse(text) as T
  throw new ApiError(messageIn(text) ?? `The viewer answered ${response.status}`, response.status)
}

function messageIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    return undefined
  }
}

import type { DocumentStore } from '../platform.ts'

/** A file as it is stored. */
export interface StoredDocument {
  body: ReadableStream
  contentType: string
  bytes: number
}

/** Of a document as it is sent. */
export const headersOf = ({ contentType, bytes }: StoredDocument): Record<string, string> => ({
  'content-type': contentType,
  'content-length': `${bytes}`,
})

export async function writeDocument(
  bucket: DocumentStore,
  name: string,
  contentType: string,
  text: string,
): Promise<void> {
  await bucket.put(name, text, { httpMetadata: { contentType } })
}

export async function readDocument(
  bucket: DocumentStore,
  name: string,
): Promise<StoredDocument | undefined> {
  const object = await bucket.get(name)
  if (!object) return undefined
  return {
    body: object.body,
    bytes: object.size,
    contentType: object.httpMetadata?.contentType ?? 'application/octet-stream',
  }
}

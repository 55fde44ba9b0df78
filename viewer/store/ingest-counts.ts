import type { Signal } from '../otlp/model.ts'
import type { Sql } from '../sql/sql.ts'
import { STEPS_S } from './request-buckets.ts'

/** What one post brought. */
export interface Post {
  signal: Signal
  encoding: 'json' | 'protobuf'
  /** As received, compressed or not. */
  bytes: number
  /** After decompression. */
  decodedBytes: number
  /** Spans, log records or points that were stored. */
  items: number
  rejected: number
  shortened: number
  /** The post was answered with an error. */
  refused: boolean
}

/** Adds a post to the statistics. */
export function countPost(sql: Sql, post: Post, nowMs: number): void {
  for (const stepS of STEPS_S) {
    sql.all(
      `INSERT INTO ingest VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        posts = posts + 1, bytes = bytes + excluded.bytes,
        decoded_bytes = decoded_bytes + excluded.decoded_bytes, items = items + excluded.items,
        rejected = rejected + excluded.rejected, shortened = shortened + excluded.shortened,
        refused = refused + excluded.refused`,
      stepS,
      Math.floor(nowMs / 1000 / stepS),
      post.signal,
      post.encoding,
      post.bytes,
      post.decodedBytes,
      post.items,
      post.rejected,
      post.shortened,
      Number(post.refused),
    )
  }
}

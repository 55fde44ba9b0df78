import type { SqlDatabase } from '../platform.ts'

/** A customer with a name. */
export interface Account {
  id: string
  name: string
  createdAt: string
}

/** Returns whether the name was free. */
export async function insertAccount(
  db: SqlDatabase,
  account: { id: string; name: string; password: string },
): Promise<boolean> {
  const added = await db
    .prepare(
      'INSERT INTO accounts (id, name, password) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING id',
    )
    .bind(account.id, account.name, account.password)
    .first()
  return added !== null
}

/** What a login needs to know. `password` is its hash. */
export function findLogin(
  db: SqlDatabase,
  name: string,
): Promise<{ id: string; password: string } | null> {
  return db.prepare('SELECT id, password FROM accounts WHERE name = ?').bind(name).first()
}

export function findAccount(db: SqlDatabase, id: string): Promise<Account | null> {
  return db
    .prepare('SELECT id, name, created_at AS createdAt FROM accounts WHERE id = ?')
    .bind(id)
    .first<Account>()
}

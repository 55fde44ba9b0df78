import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Asset, Assets } from '../assets.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** The built page: beside this module in the package, in `dist` when run from its sources. */
export function findPage(from: string): string | undefined {
  const places = [join(from, '..', 'page'), join(from, '..', '..', 'dist', 'viewer', 'page')]
  return places.find((place) => existsSync(join(place, 'index.html')))
}

/** Serves the files of a directory. Each is read once. */
export function filesOf(directory: string): Assets {
  const known = new Map<string, Asset>()
  return async (path) => {
    const file = normalize(join(directory, decode(path)))
    if (!file.startsWith(directory + sep)) return undefined
    const asset = known.get(file) ?? (await read(file))
    if (asset) known.set(file, asset)
    return asset
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

async function read(file: string): Promise<Asset | undefined> {
  const type = TYPES[extname(file)]
  if (!type) return undefined
  try {
    return { body: new Uint8Array(await readFile(file)), type }
  } catch {
    return undefined
  }
}

import { bytes, type Group } from './group.ts'

const data = bytes(1000)

/** Parts of a file, as an app serves them by hand. */
export const ranges: Group = {
  path: '/ranges',
  register: (app) => {
    app.get('/ranges/file', (c) => {
      const match = /^bytes=(\d+)-(\d*)$/.exec(c.req.header('range') ?? '')
      if (!match) {
        return c.body(data, 200, { 'Accept-Ranges': 'bytes', 'Content-Type': 'video/mp4' })
      }
      const start = Number(match[1])
      const end = match[2] ? Number(match[2]) : data.length - 1
      if (start >= data.length) {
        return c.body(null, 416, { 'Content-Range': `bytes */${data.length}` })
      }
      const headers = { 'Content-Range': `bytes ${start}-${end}/${data.length}` }
      return c.body(data.slice(start, end + 1), 206, headers)
    })
  },
  requests: {
    whole: { path: '/ranges/file' },
    'whole, HEAD': { method: 'HEAD', path: '/ranges/file' },
    'from the start': { path: '/ranges/file', headers: [['Range', 'bytes=0-99']] },
    'to the end': { path: '/ranges/file', headers: [['Range', 'bytes=900-']] },
    'past the end': { path: '/ranges/file', headers: [['Range', 'bytes=1000-']] },
    'two ranges': { path: '/ranges/file', headers: [['Range', 'bytes=0-1,5-6']] },
    'HEAD of a range': {
      method: 'HEAD',
      path: '/ranges/file',
      headers: [['Range', 'bytes=0-99']],
    },
  },
}

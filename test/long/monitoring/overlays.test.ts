import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { readProjectFile } from '../../support/docs/project.ts'
import { fences, MONITORING } from './tools.ts'

interface Overlay {
  exporters: Record<string, Record<string, unknown>>
  service: { pipelines: Record<string, { exporters: string[] }> }
}

const COLLECTOR = `${MONITORING}collector/`
const { collector } = findPrograms()
if (!collector) {
  console.warn('NOT TESTED: what the archive has of all exporters, for want of a Collector.')
}

const read = (name: string): Overlay =>
  parse(readFileSync(`${COLLECTOR}${name}.yaml`, 'utf8'), { merge: true })

const zipkin = fences(readProjectFile('docs/backends.md'), 'yaml').find((text) =>
  text.includes('zipkin'),
)

/** Of the exporter's own schema, as of 0.159: what it takes, and of what kind. */
const AWSS3 = {
  own: ['encoding', 'encoding_file_extension', 'marshaler', 'resource_attrs_to_s3', 's3uploader'],
  common: ['retry_on_failure', 'sending_queue', 'timeout'],
  texts: [
    ...['acl', 'compression', 'endpoint', 'external_id', 'file_prefix', 'region', 'retry_mode'],
    ...['role_arn', 's3_base_prefix', 's3_bucket', 's3_partition_format', 's3_partition_timezone'],
    ...['s3_prefix', 'storage_class', 'unique_key_func_name', 'retry_max_backoff'],
  ],
  flags: ['disable_ssl', 's3_force_path_style'],
}

describe('what is laid over the Collector’s files', () => {
  it.each([
    ['elastic', read('elastic')],
    ['victoria', read('victoria')],
    ['archive', read('archive')],
    ['zipkin, in the docs', parse(zipkin ?? '') as Overlay],
  ])('%s adds exporters, and takes none away but the stores that it names', (name, overlay) => {
    const common = read('common')
    for (const [pipeline, { exporters }] of Object.entries(overlay.service.pipelines)) {
      const added = exporters.filter((each) => each in overlay.exporters)
      expect(added.length, pipeline).toBeGreaterThan(0)
      const kept = common.service.pipelines[pipeline]?.exporters ?? []
      const expected = name.startsWith('zipkin')
        ? kept.filter((each) => !each.startsWith('otlp_http/'))
        : kept
      expect(exporters.filter((each) => !added.includes(each)).sort()).toEqual(expected.sort())
    }
  })

  it('batches of production have 10 s or 1,024 records', () => {
    const { processors } = parse(readFileSync(`${COLLECTOR}prod.yaml`, 'utf8'))
    expect(processors.batch).toMatchObject({ timeout: '10s', send_batch_size: 1024 })
  })
})

describe('the archive', () => {
  const { exporters } = read('archive')

  it('has what the schema of its exporter has, with a prefix for each signal', () => {
    for (const [name, exporter] of Object.entries(exporters)) {
      const { s3uploader, ...others } = exporter as { s3uploader: Record<string, unknown> }
      const known = [...AWSS3.own, ...AWSS3.common]
      expect(Object.keys(others).filter((key) => !known.includes(key))).toEqual([])
      expect(others).toMatchObject({ marshaler: 'otlp_json' })
      for (const [key, value] of Object.entries(s3uploader)) {
        const kinds = { string: AWSS3.texts, boolean: AWSS3.flags }
        expect(kinds[typeof value as keyof typeof kinds], key).toContain(key)
      }
      expect(s3uploader).toMatchObject({ compression: 'gzip', unique_key_func_name: 'uuidv7' })
      expect(name).toBe(`awss3/${s3uploader.s3_prefix}`)
    }
    expect(Object.keys(exporters)).toEqual(['awss3/traces', 'awss3/metrics', 'awss3/logs'])
  })

  it.runIf(collector)('has a queue that a real Collector takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'archive-'))
    try {
      const overlay = read('archive')
      // An exporter that is here, with what all exporters have.
      const standIns = Object.entries(exporters).map(([name, exporter]) => [
        name.replace('awss3', 'otlp_http'),
        {
          endpoint: 'http://127.0.0.1:1',
          ...Object.fromEntries(AWSS3.common.map((key) => [key, exporter[key]])),
        },
      ])
      const pipelines = JSON.stringify(overlay.service).replaceAll('awss3/', 'otlp_http/')
      const file = join(folder, 'archive.json')
      const validate = (changed: object) => {
        writeFileSync(file, JSON.stringify({ exporters: changed, service: JSON.parse(pipelines) }))
        const files = [`${COLLECTOR}common.yaml`, `${COLLECTOR}dev.yaml`, file]
        const args = ['validate', ...files.map((each) => `--config=${each}`)]
        return spawnSync(collector as string, args, { encoding: 'utf8' })
      }
      const { status, stderr } = validate(Object.fromEntries(standIns))
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const wrong = { batch: { flush_time: '1m' } }
      const [first] = standIns
      const refused = validate({
        ...Object.fromEntries(standIns),
        [String(first?.[0])]: { endpoint: 'http://127.0.0.1:1', sending_queue: wrong },
      })
      expect(refused.stderr).toContain('flush_time')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

import type { Attributes, Context } from '@opentelemetry/api'
import { measureBinding } from './metrics.ts'
import { operations } from './operations.ts'
import { propagates } from './propagates.ts'
import { seal } from './seal.ts'
import type { BindingContext } from './types.ts'
import { type Method, wrapObject } from './wrap-object.ts'

interface Creation {
  id?: string
  params?: unknown
  instances?: Creation[]
  count?: number
}

const INSTANCE = ['status', 'pause', 'resume', 'terminate', 'restart', 'sendEvent', 'delete']

/** Workflows and their instances: what is asked of them. What a Workflow does is traced where it runs. */
export const wrapWorkflow = (workflow: object, context: BindingContext): object => {
  const method = methodsOf(context)
  const get = method('get')
  const create = method('create')
  const createBatch = method('createBatch')
  const one =
    (original: Method): Method =>
    async (call, args, raw) =>
      wrapInstance(await original(call, args, raw), context)
  return wrapObject(workflow, {
    get: one(get),
    create: one(create),
    createBatch: async (call, args, raw) => {
      const result = await createBatch(call, args, raw)
      return Array.isArray(result)
        ? result.map((instance) => wrapInstance(instance, context))
        : result
    },
    deleteBatch: method('deleteBatch'),
  })
}

const wrapInstance = (instance: unknown, context: BindingContext): unknown => {
  if (typeof instance !== 'object' || instance === null) {
    return instance
  }
  const method = methodsOf(context, (instance as Creation).id)
  return wrapObject(
    instance,
    Object.fromEntries(
      INSTANCE.map((name) => [name, method(name, name === 'status' ? statusOf : undefined)]),
    ),
  )
}

const methodsOf = (context: BindingContext, id?: string) =>
  operations(context, {
    type: 'Workflow',
    attributesOf: (operation, [subject]) => ({
      'cloudflare.workflow.operation': operation,
      'cloudflare.workflow.instance.id': context.options.keys ? (id ?? idOf(subject)) : undefined,
      'cloudflare.workflow.instance.count': operation.endsWith('Batch')
        ? countOf(subject)
        : undefined,
    }),
    measure: measureBinding,
    send: propagates(context) ? withContext : undefined,
  })

const idOf = (subject: unknown): string | undefined =>
  typeof subject === 'string' ? subject : (subject as Creation | undefined)?.id

const countOf = (subject: unknown): number | undefined => {
  const { instances = subject, count } = subject as Creation
  return Array.isArray(instances) ? instances.length : count
}

const statusOf = (result: unknown): Attributes => ({
  'cloudflare.workflow.instance.status': (result as { status?: string } | null)?.status,
})

const withContext = (args: unknown[], context: Context, operation: string): unknown[] => {
  if (!operation.startsWith('create')) {
    return args
  }
  const enclosed = (creation: Creation | undefined): Creation | undefined => {
    const params = creation && seal('workflow', context, creation.params)
    return params ? { ...creation, params } : creation
  }
  const [subject, ...rest] = args as [Creation | Creation[] | undefined]
  return [
    Array.isArray(subject)
      ? subject.map(enclosed)
      : subject?.instances
        ? { ...subject, instances: subject.instances.map(enclosed) }
        : enclosed(subject),
    ...rest,
  ]
}

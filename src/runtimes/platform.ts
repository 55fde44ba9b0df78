import type { Attributes, AttributeValue } from '@opentelemetry/api'

type Read = (name: string) => string | undefined

/** What a platform says in which variable, besides its own names. */
type Platform = readonly [provider: string, platform: string, variables: Record<string, string>]

/**
 * Platforms that stop or freeze a process between requests whenever they like, by a variable that only they set.
 * Names of the resource semantic conventions where there are some.
 */
const PLATFORMS: Readonly<Record<string, Platform>> = {
  DENO_DEPLOYMENT_ID: [
    'deno',
    'deno.deploy',
    {
      'service.version': 'DENO_DEPLOYMENT_ID',
      'faas.version': 'DENO_DEPLOYMENT_ID',
      'cloud.region': 'DENO_REGION',
      'deployment.environment.name': 'DENO_TIMELINE',
    },
  ],
  VERCEL: [
    'vercel',
    'vercel.functions',
    {
      'service.version': 'VERCEL_GIT_COMMIT_SHA',
      'faas.version': 'VERCEL_DEPLOYMENT_ID',
      'cloud.region': 'VERCEL_REGION',
      'deployment.environment.name': 'VERCEL_ENV',
    },
  ],
  AWS_LAMBDA_FUNCTION_NAME: [
    'aws',
    'aws_lambda',
    {
      'faas.name': 'AWS_LAMBDA_FUNCTION_NAME',
      'faas.version': 'AWS_LAMBDA_FUNCTION_VERSION',
      'faas.instance': 'AWS_LAMBDA_LOG_STREAM_NAME',
      'cloud.region': 'AWS_REGION',
      'faas.max_memory': 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'aws.log.group.names': 'AWS_LAMBDA_LOG_GROUP_NAME',
      'aws.log.stream.names': 'AWS_LAMBDA_LOG_STREAM_NAME',
    },
  ],
  K_SERVICE: ['gcp', 'gcp_cloud_run', { 'faas.name': 'K_SERVICE', 'faas.version': 'K_REVISION' }],
}

/** Attributes that are no text. Lambda says its memory in MB. */
const VALUES: Readonly<Record<string, (text: string) => AttributeValue>> = {
  'faas.max_memory': (megabytes) => Number(megabytes) * 1024 ** 2,
  'aws.log.group.names': (name) => [name],
  'aws.log.stream.names': (name) => [name],
}

/**
 * Attributes of the platform around a Deno, Bun or Node process; undefined on an ordinary machine, whose processes
 * live until they are told to end.
 */
export const platformResource = (read: Read): Attributes | undefined => {
  const marker = Object.keys(PLATFORMS).find(read)
  const [provider, platform, variables] = (marker && PLATFORMS[marker]) || []
  if (!variables) {
    return undefined
  }
  const attributes: Attributes = { 'cloud.provider': provider, 'cloud.platform': platform }
  for (const key in variables) {
    const value = read(String(variables[key]))
    if (value) {
      attributes[key] = VALUES[key]?.(value) ?? value
    }
  }
  return attributes
}

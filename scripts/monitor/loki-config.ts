import { join } from 'node:path'
import { parse } from 'yaml'

interface Config {
  server: object
  common: { storage: object }
  compactor: object
  ingester?: object
  frontend?: object
}

/** Where things are for a plain process. */
export interface NativeLoki {
  /** For its data. */
  readonly directory: string
  readonly port: number
  readonly grpcPort: number
}

/** The shipped configuration for a plain process: the same limits, with the places of here. JSON is YAML. */
export function nativeLokiConfig(yaml: string, { directory, port, grpcPort }: NativeLoki): string {
  const config = parse(yaml) as Config
  const address = '127.0.0.1'
  return JSON.stringify({
    ...config,
    server: {
      ...config.server,
      http_listen_address: address,
      http_listen_port: port,
      grpc_listen_address: address,
      grpc_listen_port: grpcPort,
    },
    common: {
      ...config.common,
      path_prefix: directory,
      storage: {
        filesystem: {
          chunks_directory: join(directory, 'chunks'),
          rules_directory: join(directory, 'rules'),
        },
      },
    },
    compactor: { ...config.compactor, working_directory: join(directory, 'compactor') },
    // Its parts talk to each other by what it takes for its address.
    frontend: { ...config.frontend, address },
    // There are no others to wait for.
    ingester: { ...config.ingester, lifecycler: { min_ready_duration: '0s' } },
  })
}

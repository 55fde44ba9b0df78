import { business } from './boards/business.ts'
import { cost } from './boards/cost.ts'
import { databases } from './boards/databases.ts'
import { dependencies } from './boards/dependencies.ts'
import { errors } from './boards/errors.ts'
import { hosts } from './boards/hosts.ts'
import { jobs } from './boards/jobs.ts'
import { logs } from './boards/logs.ts'
import { overview } from './boards/overview.ts'
import { platform } from './boards/platform.ts'
import { routes } from './boards/routes.ts'
import { slo } from './boards/slo.ts'
import { telemetry } from './boards/telemetry.ts'
import { users } from './boards/users.ts'
import type { Board } from './panel.ts'

/** All dashboards. */
export const boards: readonly Board[] = [
  overview,
  routes,
  dependencies,
  errors,
  logs,
  jobs,
  slo,
  business,
  users,
  cost,
  databases,
  hosts,
  platform,
  telemetry,
]

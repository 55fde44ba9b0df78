import { describeDifferential } from './differential/support/suite.ts'

describeDifferential('node')

export { type CfGroup, cf } from '../http/cf-attributes.ts'

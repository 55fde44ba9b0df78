export { default } from './empty.ts'

export { setUser } from '../http/set-user.ts'

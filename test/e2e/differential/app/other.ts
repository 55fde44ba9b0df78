import { answerCall } from '../routes/workerd.ts'

/** Behind the service binding. */
export default { fetch: answerCall }

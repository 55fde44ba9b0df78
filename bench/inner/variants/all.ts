import app from '../../workerd/variants/all.ts'
import { repeat } from '../repeat.ts'

export default repeat(app)

import app from '../../workerd/variants/floor-promises.ts'
import { repeat } from '../repeat.ts'

export default repeat(app)

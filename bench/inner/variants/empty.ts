/** The app with a middleware that does nothing: what any middleware costs is not ours. */
import { addRoutes, newApp } from '../../workerd/app.ts'
import { repeat } from '../repeat.ts'

const app = newApp()
app.use((_, next) => next())

export default repeat(addRoutes(app))

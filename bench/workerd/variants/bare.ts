import { addRoutes, newApp } from '../app.ts'

export default addRoutes(newApp())

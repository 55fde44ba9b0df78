import { floorApp } from '../floor.ts'

export default floorApp((_, next) => next())

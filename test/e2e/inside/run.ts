import { seeInside } from '../../support/inside.ts'

console.log(JSON.stringify(await seeInside()))

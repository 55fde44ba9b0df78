export { routeSampler } from '../traces/route-sampler.ts'

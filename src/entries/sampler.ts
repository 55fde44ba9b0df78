export { type BudgetSamplerOptions, budgetSampler } from '../traces/budget-sampler.ts'
export { routeSampler } from '../traces/route-sampler.ts'

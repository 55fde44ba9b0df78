export { newTraceparent, type TracedFetchOptions, tracedFetch } from '../http/traced-fetch.ts'

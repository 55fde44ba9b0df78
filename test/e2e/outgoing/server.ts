import { serve } from '../runtimes/serve.ts'
import { app } from './app.ts'

serve((request) => app.fetch(request))

import { render } from 'preact'
import { App } from './app/app.tsx'
import { leaveFieldsByEscape } from './app/keys.ts'
import { startTheme } from './app/theme.ts'
import { keepScroll } from './data/kept.ts'
import { followLinks } from './data/place.ts'
import 'uplot/dist/uPlot.min.css'
import './styles/base.css'
import './styles/page.css'
import './styles/tables.css'
import './styles/lists.css'
import './styles/charts.css'
import './styles/asking.css'
import './styles/waterfall.css'
import './styles/trace.css'
import './styles/print.css'

startTheme()
followLinks()
keepScroll()
leaveFieldsByEscape()
const root = document.getElementById('app')
if (root) render(<App />, root)

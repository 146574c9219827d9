import './theme.css'
import './sidebar.css'
import './layout.css'
import './messages.css'
import './list.css'
import './composer.css'
import './blocks.css'
import './controls.css'
import './floats.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { acts } from './acts.ts'
import { connectedApi } from './api.ts'
import { ownForms } from './own-forms.ts'
import { PageContext } from './page.ts'
import { App } from './shell/app.tsx'
import { pageStore } from './store.ts'

const store = pageStore()
const api = connectedApi()
const forms = ownForms(
  { get: () => sessionStorage.getItem('forms'), set: (ids) => sessionStorage.setItem('forms', ids) },
  () => performance.now(),
)
const act = acts(store, api, forms, (who) => sessionStorage.setItem('act-as', who))
// A reload shows the same channel to the same person.
store.dispatch({ kind: 'go', place: { channel: sessionStorage.getItem('channel'), tab: 'messages' } })
store.subscribe(() => sessionStorage.setItem('channel', store.get().place.channel ?? ''))
act.actAs(new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem('act-as'))

const root = document.getElementById('page')
if (!root) throw new Error('index.html has lost its element #page.')
createRoot(root).render(
  <StrictMode>
    <PageContext value={{ store, api, acts: act, drafts: new Map() }}>
      <App />
    </PageContext>
  </StrictMode>,
)

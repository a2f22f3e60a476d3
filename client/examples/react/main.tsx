import { createClient } from '@slotkeeper/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Booker } from './booker.js'

const root = document.getElementById('root')
const client = createClient()

if (root) {
  createRoot(root).render(
    <StrictMode>
      <Booker client={client} />
    </StrictMode>,
  )
}

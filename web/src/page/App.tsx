import type { Day, ResourceId } from '@slotkeeper/client'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { Booker } from '../booker/Booker.js'
import { useSpeech } from '../i18n/speech.js'
import { useSlotkeeper } from '@slotkeeper/react'
import { replaceEntry } from './address.js'
import { ErrorNotice } from './ErrorNotice.js'
import { Chevron } from './icons.js'
import { Notice } from './Notice.js'
import { managePath, type Route, routeOf } from './route.js'
import { Waiting } from './Waiting.js'
import { useAnswer } from './useAnswer.js'
import { useSteps } from './useSteps.js'

/** Who books need not load what is for others. */
const ManagePage = lazy(async () => ({
  default: (await import('../manage/ManagePage.js')).ManagePage,
}))
const ResourcePicker = lazy(async () => ({
  default: (await import('../picker/ResourcePicker.js')).ResourcePicker,
}))

/** The page that the address asks for. Links between pages are the browser's own. */
export function App() {
  const { say } = useSpeech()
  const [route] = useState(() => routeOf(location))
  switch (route.page) {
    case 'picker':
      return (
        <Suspense>
          <ResourcePicker />
        </Suspense>
      )
    case 'resource':
      return <ResourcePage route={route} />
    case 'booking':
      return (
        <Suspense fallback={<div className="card waiting" />}>
          <ManagePage bookingId={route.bookingId} token={route.token} />
        </Suspense>
      )
    case 'none':
      return <Notice title={say('app.notFound')} hint={say('app.notFound.hint')} home />
  }
}

function ResourcePage({ route }: { readonly route: Extract<Route, { page: 'resource' }> }) {
  const { say } = useSpeech()
  const { value: resource, error, again } = useResource(route.resourceId)
  const onStep = useSteps()
  const name = resource?.name
  useEffect(() => {
    if (name) document.title = say('app.titleOf', { resource: name })
  }, [name, say])
  if (error && !resource) return <ErrorNotice error={error} onAgain={again} />
  if (!resource) return <Waiting />
  return (
    <Booker
      resource={resource}
      wish={route}
      onLook={keepInAddress}
      onStep={onStep}
      linkTo={({ bookingId, manageToken }) => location.origin + managePath(bookingId, manageToken)}
      back={
        <a className="back" href="/">
          <Chevron to="start" />
          {say('about.back')}
        </a>
      }
    />
  )
}

function useResource(id: ResourceId) {
  const { api } = useSlotkeeper()
  return useAnswer(useCallback(() => api.resource(id), [api, id]))
}

/** A reload, or a link sent to somebody, opens what is looked at. */
function keepInAddress({ day, duration }: { day: Day | undefined; duration: number }): void {
  const query = new URLSearchParams({ ...(day && { day }), duration: String(duration) })
  replaceEntry(history.state, `${location.pathname}?${query}`)
}

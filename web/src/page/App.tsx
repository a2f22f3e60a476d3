import type { Day, NewBooking, ResourceId } from '@slotkeeper/client'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { type Begun, Booker } from '../booker/Booker.js'
import { useSpeech } from '../i18n/speech.js'
import { useResource } from '@slotkeeper/react'
import { replaceEntry } from './address.js'
import { ErrorNotice } from './ErrorNotice.js'
import { Chevron } from './icons.js'
import { Notice } from './Notice.js'
import { dropKeptDetails, keepDetails, keptDetails } from './keptDetails.js'
import { managePath, resourcePath, type Route, routeOf } from './route.js'
import { Waiting } from './Waiting.js'
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
  useAddress(route)
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

/** What of an address decides which page is shown. */
const pageOf = (route: Route): string =>
  JSON.stringify([
    route.page,
    route.page === 'booking' ? route : 'resourceId' in route && route.resourceId,
  ])

/** Back and forward between a resource and a booking made there: the address says what to show. */
function useAddress(shown: Route): void {
  useEffect(() => {
    const onPop = () => {
      if (pageOf(routeOf(location)) !== pageOf(shown)) location.reload()
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [shown])
}

function ResourcePage({ route }: { readonly route: Extract<Route, { page: 'resource' }> }) {
  const { say } = useSpeech()
  const { value: resource, error, refresh } = useResource(route.resourceId)
  const onStep = useSteps()
  const name = resource?.name
  const { resourceId } = route
  useEffect(() => {
    if (name) document.title = say('app.titleOf', { resource: name })
  }, [name, say])
  const onLook = useCallback((look: Looked) => keepInAddress(resourceId, look), [resourceId])
  if (error && !resource) return <ErrorNotice error={error} onAgain={refresh} />
  if (!resource) return <Waiting />
  const onDepart = (begun: Begun | undefined) =>
    begun ? keepDetails({ resourceId, ...begun }) : dropKeptDetails()
  return (
    <Booker
      resource={resource}
      wish={route}
      onLook={onLook}
      onStep={onStep}
      onBooked={(booking) => replaceEntry({ step: 'done' }, manageLinkPath(booking))}
      begun={keptDetails(resourceId)}
      onDepart={onDepart}
      linkTo={(booking) => location.origin + manageLinkPath(booking)}
      back={
        <a className="back" href="/">
          <Chevron to="start" />
          {say('about.back')}
        </a>
      }
    />
  )
}

/** The address of a booking just made: a reload of its confirmation keeps the only link to it. */
const manageLinkPath = ({ bookingId, manageToken }: NewBooking): string =>
  managePath(bookingId, manageToken)

interface Looked {
  readonly day: Day | undefined
  readonly duration: number
}

/** A reload, or a link sent to somebody, opens what is looked at. */
function keepInAddress(resourceId: ResourceId, { day, duration }: Looked): void {
  const query = new URLSearchParams({ ...(day && { day }), duration: String(duration) })
  replaceEntry(history.state, `${resourcePath(resourceId)}?${query}`)
}

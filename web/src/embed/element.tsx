import { createClient, type NewBooking, type SlotkeeperClient } from '@slotkeeper/client'
import { StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { managePath } from '../page/route.js'
import { SlotkeeperProvider } from '@slotkeeper/react'
import { speechFor, SpeechProvider } from '../i18n/speech.js'
import { EmbeddedBooker } from './EmbeddedBooker.js'
import styles from '../styles/embed.css?inline'

/** Where this script came from: the server that the booking is made with. */
const HOME = new URL(import.meta.url).origin

/** One sheet for all elements of a page. A policy that forbids inline styles allows it. */
let sheet: CSSStyleSheet | undefined

function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
  }
  return sheet
}

/** One client for each server, so that bookers of one page share their streams. */
const clients = new Map<string, SlotkeeperClient>()

function clientOf(server: string): SlotkeeperClient {
  const before = clients.get(server)
  if (before) return before
  // A worker must come from the page's own origin; elsewhere it is made from a Blob.
  const timerWorkerUrl = server === location.origin ? `${server}/timer-worker.js` : undefined
  const client = createClient({ baseUrl: server, timerWorkerUrl })
  clients.set(server, client)
  return client
}

/**
 * `<slotkeeper-booker resource="studio-a">`: the booker in anybody's page.
 *
 * Attributes: `resource`, which is needed; `server`, when it is not the one that the script
 * came from; `lang`, else the visitor's; `theme`, `light` or `dark`, else the visitor's.
 * Its size is that of the visitor's own text, whatever the page's is; a `font-size` that the page
 * gives to the element itself makes it larger or smaller. It leaves the page's history alone.
 * Fires `slotkeeper-booked` with the booking and its link as `detail`; the link is a secret of
 * the visitor.
 */
export class SlotkeeperBooker extends HTMLElement {
  static readonly observedAttributes = ['resource', 'server', 'lang']

  #root: Root | undefined
  #shadow: ShadowRoot | undefined
  /** What all lengths count from: the font of the element itself. */
  readonly #size = new CSSStyleSheet()
  #renders = 0

  connectedCallback(): void {
    this.#shadow ??= this.#attach()
    this.#size.replaceSync(`:host { --rem: ${getComputedStyle(this).fontSize} }`)
    const place = document.createElement('div')
    place.className = 'root stage'
    this.#shadow.replaceChildren(place)
    this.#root = createRoot(place)
    void this.#render()
  }

  disconnectedCallback(): void {
    const root = this.#root
    this.#root = undefined
    root?.unmount()
  }

  attributeChangedCallback(): void {
    void this.#render()
  }

  #attach(): ShadowRoot {
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true })
    shadow.adoptedStyleSheets = [styleSheet(), this.#size]
    return shadow
  }

  async #render(): Promise<void> {
    this.#renders += 1
    const mine = this.#renders
    const chosen = this.lang || undefined
    const speech = await speechFor(chosen ? [chosen, ...navigator.languages] : navigator.languages)
    // Attributes may have changed, or the element may have gone, while the texts came.
    if (mine !== this.#renders || !this.#root) return
    const server = this.getAttribute('server')?.replace(/\/+$/, '') ?? HOME
    const linkTo = ({ bookingId, manageToken }: NewBooking) =>
      server + managePath(bookingId, manageToken)
    const onBooked = (booking: NewBooking) => {
      const detail = { booking, manageUrl: linkTo(booking) }
      this.dispatchEvent(
        new CustomEvent('slotkeeper-booked', { detail, bubbles: true, composed: true }),
      )
    }
    this.#root.render(
      <StrictMode>
        <SpeechProvider value={speech}>
          <SlotkeeperProvider client={clientOf(server)}>
            <EmbeddedBooker
              key={`${server} ${this.getAttribute('resource')}`}
              resourceId={this.getAttribute('resource') ?? undefined}
              linkTo={linkTo}
              onBooked={onBooked}
            />
          </SlotkeeperProvider>
        </SpeechProvider>
      </StrictMode>,
    )
  }
}

// The script may be loaded twice, by two parts of a page that do not know of each other.
if (!customElements.get('slotkeeper-booker')) {
  customElements.define('slotkeeper-booker', SlotkeeperBooker)
}

import { DayStore } from './dayStore.js'
import { urlOf } from './http.js'
import type { Position, ResourceId } from './ids.js'
import type { Platform } from './platform.js'
import { SharedFeed } from './stream/shared.js'
import type { ConnectionState } from './stream/sink.js'
import type { Message } from './stream/sse.js'
import { coversAll, eventsQuery, gather, type Watched } from './stream/watched.js'

/** Milliseconds for which a stream without watchers stays: one of them may come back. */
export const LINGER_MS = 5_000

const PATH = '/v1/events'

/** Ids that the server takes: one that it does not would have it refuse the whole stream. */
const RESOURCE_ID = /^[a-z\d][-a-z\d_.]{0,63}$/

/**
 * The days of all resources that a client watches, over one stream, which the tabs of the
 * origin share.
 */
export class DayFeed {
  readonly #stores = new Map<ResourceId, DayStore>()
  readonly #shared: SharedFeed
  readonly #onChange: (id: ResourceId, position: Position) => void
  #rewatch: ReturnType<typeof setTimeout> | undefined
  #state: ConnectionState = 'idle'

  /** `onChange` hears of resources that have changed, and where in the log they did. */
  constructor(
    platform: Platform,
    baseUrl: string,
    onChange: (id: ResourceId, position: Position) => void = () => undefined,
  ) {
    this.#onChange = onChange
    const url = (...asked: Parameters<typeof eventsQuery>) =>
      urlOf(baseUrl, PATH, eventsQuery(...asked))
    this.#shared = new SharedFeed(platform, `slotkeeper:${baseUrl}${PATH}`, url, {
      messages: (batch) => this.#take(batch),
      recall: (watched) => watched.flatMap((range) => this.store(range.resourceId).recall(range)),
      state: (state) => {
        this.#state = state
        this.#tell()
      },
    })
  }

  /** The days of one resource. */
  store(id: ResourceId): DayStore {
    const store = this.#stores.get(id) ?? new DayStore(id, () => this.#want())
    this.#stores.set(id, store)
    return store
  }

  /** Ends the stream. Who watches later starts it again. */
  close(): void {
    for (const store of this.#stores.values()) store.close()
    clearTimeout(this.#rewatch)
    this.#shared.want([])
  }

  /** Components mount together: what they watch is asked for once, after all have come. */
  #want(): void {
    clearTimeout(this.#rewatch)
    const lingers = this.#wanted().length === 0
    const want = () => {
      this.#shared.want(this.#wanted())
      this.#tell()
    }
    this.#rewatch = setTimeout(want, lingers ? LINGER_MS : 0)
  }

  /** What was opened last comes first: it is what somebody looks at. */
  #wanted(): Watched {
    const stores = [...this.#stores.values()].filter(({ id }) => RESOURCE_ID.test(id))
    const all = stores.flatMap((store) => store.wanted())
    all.sort((a, b) => b.since - a.since)
    return gather(all)
  }

  /** A store is as live as the stream, once the days that are wanted of it have come. */
  #tell(): void {
    const { known } = this.#shared
    for (const store of this.#stores.values()) {
      const comes = this.#state !== 'live' || coversAll(known, gather(store.wanted()))
      store.connected(comes ? this.#state : 'connecting')
    }
  }

  #take(batch: readonly Message[]): void {
    const touched = new Set<DayStore>()
    for (const { event, data } of batch) {
      // The server's history began anew; the whole state of every day follows.
      if (event === 'reset') for (const store of this.#stores.values()) store.markStale()
      else if (event && data) {
        const told = JSON.parse(data) as { resourceId: ResourceId }
        const store = this.store(told.resourceId)
        const changed = store.take(event, told)
        if (changed) this.#onChange(store.id, changed)
        touched.add(store)
      }
    }
    for (const store of touched) store.notify()
  }
}

import type { Channel, Platform } from '../platform.js'
import { advanced, DayStream, type EventsUrl } from './dayStream.js'
import type { ConnectionState, FeedSink } from './sink.js'
import type { Message } from './sse.js'
import { coversAll, gather, type Known, type Watched } from './watched.js'

/** Milliseconds between two questions of a follower, by which it learns that the leader lives. */
const ASK_EVERY_MS = 20_000

/** Milliseconds in which a leader that is not frozen answers. */
const ANSWER_WITHIN_MS = 3_000

/** What tabs say to each other. `to` is the one that is meant; without it, all are. */
interface Word {
  /**
   * - `want`: a follower wants these days.
   * - `bye`: a follower has gone.
   * - `lead`: a tab has taken the lead.
   * - `tell`: the leader tells the state, and what came.
   */
  readonly say: 'want' | 'bye' | 'lead' | 'tell'
  readonly from: string
  readonly to?: string | undefined
  readonly watched?: Watched
  /** Told with `want`: whether the follower has the state of these days. */
  readonly served?: boolean
  readonly state?: ConnectionState
  readonly batch?: readonly Message[]
  /** That the batch is the whole state of these days. */
  readonly known?: Known
  /**
   * Whether the days are too many beside those of other tabs, so that the follower is to watch
   * by itself. Told to that follower.
   */
  readonly alone?: boolean
}

/**
 * One stream for all tabs of an origin: HTTP/1.1 gives six connections to a host, and the
 * seventh tab would hang.
 *
 * A Web Lock chooses the leader, which holds the stream, over the days that all tabs want, and
 * passes on what comes. When it goes, the lock goes to the next, which resumes after the last
 * id. A leader that a browser has frozen keeps its lock and answers nothing: a tab that
 * somebody looks at then takes the lock from it. Where there are no locks, or none for this
 * page, as in a sandboxed frame, each tab leads by itself.
 */
export class SharedFeed {
  readonly #platform: Platform
  readonly #name: string
  readonly #sink: FeedSink
  readonly #tab: string
  readonly #stream: DayStream
  readonly #followers = new Map<string, Watched>()
  #wanted: Watched = []
  /** Follower: whether the leader watches all that is wanted here, so that its ids count. */
  #served = false
  #channel: Channel | undefined
  #queue: AbortController | undefined
  #resign: (() => void) | undefined
  #denied = false
  #leader: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(platform: Platform, name: string, url: EventsUrl, sink: FeedSink) {
    this.#platform = platform
    this.#name = name
    this.#sink = sink
    this.#tab = platform.id()
    this.#stream = new DayStream(platform, url, {
      messages: (batch) => {
        sink.messages(batch)
        this.#tell({ say: 'tell', batch })
      },
      state: (state) => {
        // That this tab watches no longer is its own affair.
        if (state === 'idle') return
        sink.state(state)
        this.#tell({ say: 'tell', state })
      },
    })
    // A page that goes may come back from the browser's cache, which takes none with a lock.
    platform.page?.addEventListener('pagehide', () => this.#leave())
    platform.page?.addEventListener('pageshow', () => this.want(this.#wanted))
  }

  /** What has come as a whole. */
  get known(): Watched | undefined {
    return this.#stream.known?.watched
  }

  /** Watches at least these days; none ends it. */
  want(watched: Watched): void {
    this.#wanted = watched
    if (watched.length === 0) this.#leave()
    else if (!this.#queue) this.#join()
    else if (this.#resign) this.#show()
    else {
      this.#served = false
      this.#ask()
    }
  }

  #join(): void {
    this.#sink.state('connecting')
    const { locks, channel } = this.#platform
    this.#channel = locks && !this.#denied ? channel?.(this.#name) : undefined
    this.#channel?.addEventListener('message', ({ data }) => this.#hear(data as Word))
    this.#stand()
    this.#ask()
  }

  #leave(): void {
    this.#post({ say: 'bye' })
    this.#channel?.close()
    this.#channel = undefined
    this.#queue?.abort()
    this.#queue = undefined
    // Another may lead by the time this tab watches again.
    this.#leader = undefined
    this.#stepDown()
    clearTimeout(this.#timer)
    this.#sink.state('idle')
  }

  #stepDown(): void {
    this.#served = false
    this.#followers.clear()
    this.#stream.close()
    this.#resign?.()
    this.#resign = undefined
  }

  /** Queues for the lead, or takes it. */
  #stand(steal = false): void {
    this.#queue?.abort()
    const queue = new AbortController()
    this.#queue = queue
    const lead = () => new Promise<void>((resign) => this.#lead(queue, resign))
    const { locks } = this.#platform
    // A lock without a channel would keep other tabs waiting for what nobody can tell them.
    if (!locks || !this.#channel) return void lead()
    // A request that steals can't be called off.
    const options = steal ? { steal } : { signal: queue.signal }
    // It rejects when called off, and when another tab has taken the lock: both are an abort.
    locks.request(this.#name, options, lead).catch((error: unknown) => {
      if (queue.signal.aborted) return
      this.#stepDown()
      if ((error as Error).name !== 'AbortError') this.#deny()
      this.#stand()
      this.#ask()
    })
  }

  /** The browser gives this page no locks, and would give none if it were asked again. */
  #deny(): void {
    this.#denied = true
    this.#channel?.close()
    this.#channel = undefined
    clearTimeout(this.#timer)
  }

  #lead(queue: AbortController, resign: () => void): void {
    if (queue.signal.aborted) return resign()
    this.#resign = resign
    clearTimeout(this.#timer)
    this.#post({ say: 'lead' })
    this.#show()
  }

  #show(): void {
    const all = gather([this.#wanted, ...this.#followers.values()].flat())
    if (all.length > 0) this.#stream.show(all)
    for (const [to, watched] of this.#followers) {
      if (!this.#watches(watched)) this.#post({ say: 'tell', to, alone: true })
    }
  }

  #watches(watched: Watched): boolean {
    return coversAll(this.#stream.watched, watched)
  }

  /** Tells the leader what this tab wants, now and again, and sees whether it lives. */
  #ask(): void {
    if (!this.#channel || this.#wanted.length === 0 || this.#resign) return
    this.#post({ say: 'want', watched: this.#wanted, served: this.#served })
    clearTimeout(this.#timer)
    const unheard = () => (this.#platform.visible() ? this.#stand(true) : this.#ask())
    this.#timer = setTimeout(unheard, ANSWER_WITHIN_MS)
  }

  #post(word: Omit<Word, 'from'>): void {
    this.#channel?.postMessage({ ...word, from: this.#tab })
  }

  /** Leader: tells the followers, where there are any. */
  #tell(word: Omit<Word, 'from'>): void {
    if (this.#followers.size > 0) this.#post(word)
  }

  #hear(word: Word): void {
    if (word.to && word.to !== this.#tab) return
    if (this.#resign) this.#hearAsLeader(word)
    else this.#hearAsFollower(word)
  }

  #hearAsLeader({ say, from, watched, served }: Word): void {
    // Another tab took the lead while this one was frozen. What it had still to pass on is old.
    if (say === 'lead') this.#stepDown()
    if (say === 'bye') this.#followers.delete(from)
    if (say !== 'want' || !watched) return
    this.#followers.set(from, watched)
    this.#show()
    if (!this.#watches(watched)) return
    const { known, state } = this.#stream
    const answer = (told: Partial<Word>) =>
      this.#post({ say: 'tell', to: from, alone: false, state, ...told })
    if (served) answer({})
    else if (known && coversAll(known.watched, watched)) {
      answer({ batch: this.#sink.recall(watched), known: { watched, id: known.id } })
    }
    // Before the whole state is there, the follower asks again: when it hears `live`.
    else answer({ state: state === 'live' ? 'connecting' : state })
  }

  #hearAsFollower({ say, from, ...told }: Word): void {
    if (say === 'want' || say === 'bye') return
    if (say === 'lead') {
      this.#leader = from
      this.#served = false
    }
    // A tab that was frozen while it led may have old things to tell.
    if (from !== (this.#leader ??= from)) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(), ASK_EVERY_MS)
    this.#follow(told)
    if (say === 'lead') this.#ask()
  }

  #follow({ batch = [], known, state, alone }: Omit<Word, 'say' | 'from'>): void {
    if (alone) return this.#stream.show(this.#wanted)
    // What is told to all is not for a tab that watches by itself.
    if (alone === false) this.#stream.close()
    else if (this.#stream.watched) return
    const before = this.#stream.known
    // What was asked for before something else was wanted comes late.
    const whole = known && coversAll(known.watched, this.#wanted)
    if (whole) this.#served = true
    // An id of a leader that does not watch all of what is known here yet says nothing of it.
    const watched = this.#served ? before?.watched : undefined
    this.#stream.known = whole ? known : advanced(before, watched, batch)
    this.#sink.messages(batch)
    if (state) this.#sink.state(state)
    if (!this.#served && state === 'live') this.#ask()
  }
}

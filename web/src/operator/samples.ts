/** Counters and gauges by name and labels, as `/metrics` tells them. */
export type Scrape = ReadonlyMap<string, readonly Series[]>

/** One series of a metric. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/
const LABEL = /([\w]+)="((?:[^"\\]|\\.)*)"/g

/** Reads the text format of Prometheus, as far as counters and gauges need it. */
export function scrapeOf(text: string): Scrape {
  const scrape = new Map<string, Series[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (!name) continue
    const series = scrape.get(name) ?? []
    const pairs = [...labels.matchAll(LABEL)].map(([, key, label]) => [key, label])
    series.push({ labels: Object.fromEntries(pairs), value: Number(value) })
    scrape.set(name, series)
  }
  return scrape
}

const sum = (
  scrape: Scrape,
  name: string,
  of: (labels: Series['labels']) => boolean = () => true,
) =>
  (scrape.get(name) ?? [])
    .filter(({ labels }) => of(labels))
    .reduce((total, { value }) => total + value, 0)

/** What the plots need of one look at the metrics. */
export interface Sample {
  readonly atMs: number
  /** Since the server started. */
  readonly heartbeats: number
  /** Commands that claim time, since the server started. */
  readonly claims: number
  /** Those of them that somebody else's time refused. */
  readonly conflicts: number
  readonly cacheHits: number
  readonly cacheReads: number
  readonly lagSeconds: number
  readonly holds: number
  readonly viewers: number
}

const CLAIMS = new Set(['Heartbeat', 'BookSlots', 'RescheduleBooking'])
const CONFLICTS = new Set(['held_by_other', 'booked'])

const isClaim = ({ command }: Series['labels']) => CLAIMS.has(command ?? '')

/** Takes from a scrape what the plots need. `atMs` is any clock that only grows. */
export function sampleOf(scrape: Scrape, atMs: number): Sample {
  const commands = (of: (labels: Series['labels']) => boolean) =>
    sum(scrape, 'slotkeeper_commands_total', of)
  const hits = sum(scrape, 'slotkeeper_read_cache_hits_total')
  const lags = scrape.get('slotkeeper_projection_lag_seconds') ?? []
  return {
    atMs,
    heartbeats: commands(({ command }) => command === 'Heartbeat'),
    claims: commands(isClaim),
    conflicts: commands((labels) => isClaim(labels) && CONFLICTS.has(labels['outcome'] ?? '')),
    cacheHits: hits,
    cacheReads: hits + sum(scrape, 'slotkeeper_read_cache_misses_total'),
    lagSeconds: Math.max(0, ...lags.map(({ value }) => value)),
    holds: sum(scrape, 'slotkeeper_holds_live'),
    viewers: sum(scrape, 'slotkeeper_sse_subscribers'),
  }
}

/** What is plotted, one point a sample; nothing where nothing happened to take a share of. */
export interface Figures {
  readonly heartbeatsPerSecond: readonly (number | undefined)[]
  readonly conflictPercent: readonly (number | undefined)[]
  readonly cachePercent: readonly (number | undefined)[]
  readonly lagSeconds: readonly (number | undefined)[]
  readonly holds: readonly (number | undefined)[]
  readonly viewers: readonly (number | undefined)[]
}

/** How much a counter grew. One that shrank began anew with the server, at nothing. */
const growth = (before: number, after: number): number => (after >= before ? after - before : after)

const percent = (part: number, whole: number): number | undefined =>
  whole > 0 ? (100 * part) / whole : undefined

/** The figures between each sample and the one before it. */
export function figuresOf(samples: readonly Sample[]): Figures {
  const steps = samples.slice(1).map((after, index) => {
    const before = samples[index] ?? after
    const grown = (of: (sample: Sample) => number) => growth(of(before), of(after))
    const seconds = (after.atMs - before.atMs) / 1000
    return {
      heartbeats: seconds > 0 ? grown((of) => of.heartbeats) / seconds : undefined,
      conflicts: percent(
        grown((of) => of.conflicts),
        grown((of) => of.claims),
      ),
      cache: percent(
        grown((of) => of.cacheHits),
        grown((of) => of.cacheReads),
      ),
    }
  })
  return {
    heartbeatsPerSecond: steps.map(({ heartbeats }) => heartbeats),
    conflictPercent: steps.map(({ conflicts }) => conflicts),
    cachePercent: steps.map(({ cache }) => cache),
    lagSeconds: samples.map(({ lagSeconds }) => lagSeconds),
    holds: samples.map(({ holds }) => holds),
    viewers: samples.map(({ viewers }) => viewers),
  }
}

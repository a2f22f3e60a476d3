import { afterEach, describe, expect, it, vi } from 'vitest'
import { tryKey } from '../src/operator/adminApi.js'
import { blockOf } from '../src/operator/blocks.js'
import { mailtoOf } from '../src/operator/mailto.js'
import { linesOf } from '../src/operator/lines.js'
import { figuresOf, sampleOf, scrapeOf } from '../src/operator/samples.js'

const metrics = (heartbeats: number, conflicts: number, hits: number, misses: number) => `
# TYPE slotkeeper_commands_total counter
slotkeeper_commands_total{command="Heartbeat",outcome="accepted"} ${heartbeats}
slotkeeper_commands_total{command="Heartbeat",outcome="held_by_other"} ${conflicts}
slotkeeper_commands_total{command="Leave",outcome="accepted"} 5
slotkeeper_read_cache_hits_total{kind="day"} ${hits}
slotkeeper_read_cache_misses_total{kind="day"} ${misses}
slotkeeper_projection_lag_seconds{partition="1",view="presence"} 0.25
slotkeeper_projection_lag_seconds{partition="2",view="presence"} 2e-3
slotkeeper_holds_live{partition="1"} 2
slotkeeper_holds_live{partition="2"} 1
slotkeeper_sse_subscribers 7
`

const sample = (atMs: number, ...counts: [number, number, number, number]) =>
  sampleOf(scrapeOf(metrics(...counts)), atMs)

describe('the figures', () => {
  it('are read from the metrics', () => {
    expect(sample(0, 30, 10, 8, 2)).toEqual({
      atMs: 0,
      heartbeats: 40,
      claims: 40,
      conflicts: 10,
      cacheHits: 8,
      cacheReads: 10,
      lagSeconds: 0.25,
      holds: 3,
      viewers: 7,
    })
  })

  it('survive labels that hold what ends a label', () => {
    const scrape = scrapeOf('a{b="x\\"y",c="}"} 1')
    expect(scrape.get('a')).toEqual([{ labels: { b: 'x\\"y', c: '}' }, value: 1 }])
  })

  it('are rates and shares of what happened between two looks', () => {
    const figures = figuresOf([sample(0, 10, 0, 0, 0), sample(2_000, 16, 2, 3, 1)])
    expect(figures.heartbeatsPerSecond).toEqual([4])
    expect(figures.conflictPercent).toEqual([25])
    expect(figures.cachePercent).toEqual([75])
    expect(figures.lagSeconds).toEqual([0.25, 0.25])
  })

  it('have no share of nothing', () => {
    const figures = figuresOf([sample(0, 10, 1, 3, 1), sample(2_000, 10, 1, 3, 1)])
    expect(figures.heartbeatsPerSecond).toEqual([0])
    expect(figures.conflictPercent).toEqual([undefined])
    expect(figures.cachePercent).toEqual([undefined])
  })

  it('begin anew with the server', () => {
    const figures = figuresOf([sample(0, 1_000, 0, 0, 0), sample(2_000, 8, 0, 0, 0)])
    expect(figures.heartbeatsPerSecond).toEqual([4])
  })
})

describe('a plot', () => {
  it('has the newest at its right edge and the greatest at its top', () => {
    expect(linesOf([0, 10], 10)).toEqual([
      { line: 'M89 39L89 39L90 1', area: 'M89 39L89 39L90 1V40H89Z' },
    ])
  })

  it('is broken where nothing is known', () => {
    expect(linesOf([1, undefined, 1, 1], 1)).toHaveLength(2)
    expect(linesOf([], 1)).toEqual([])
  })
})

describe('a block of the timeline', () => {
  const day = { fromMs: Date.UTC(2026, 10, 24), toMs: Date.UTC(2026, 10, 25) }

  it('lies where its time is', () => {
    const noon = { start: '2026-11-24T12:00:00.000Z', end: '2026-11-24T18:00:00.000Z' } as const
    expect(blockOf(noon, day)).toEqual({ left: 50, width: 25 })
  })

  it('is cut to the day', () => {
    const days = { start: '2026-11-23T12:00:00.000Z', end: '2026-11-24T06:00:00.000Z' } as const
    expect(blockOf(days, day)).toEqual({ left: 0, width: 25 })
    const before = { start: '2026-11-23T12:00:00.000Z', end: '2026-11-24T00:00:00.000Z' } as const
    expect(blockOf(before, day)).toBeUndefined()
  })
})

describe('a link to an address', () => {
  it('writes to it, and to nobody else', () => {
    expect(mailtoOf("o'ann+x@example.com")).toBe("mailto:o'ann%2Bx@example.com")
    expect(mailtoOf('ann@example.com?bcc=eve@evil.example&subject=Refund')).toBe(
      'mailto:ann@example.com%3Fbcc%3Deve@evil.example%26subject%3DRefund',
    )
  })
})

describe('a key', () => {
  afterEach(() => vi.unstubAllGlobals())

  const problem = (status: number, code: string) => Response.json({ code }, { status })

  it.each([
    ['is good when the list knows no such resource', problem(404, 'resource_not_found'), 'ok'],
    ['is wrong when the server has another', problem(403, 'admin_key_wrong'), 'wrong'],
    ['is wrong when it can be no key', problem(401, 'authorization_malformed'), 'wrong'],
    ['is of no use to a server without', problem(403, 'admin_key_not_configured'), 'off'],
    ['is of no use to a server that lists nothing', problem(405, 'method_not_allowed'), 'off'],
    ['is not judged by a server in trouble', problem(503, 'unavailable'), 'unreachable'],
    ['is not judged by a proxy', new Response('<html>', { status: 502 }), 'unreachable'],
  ])('%s', async (_, answer, said) => {
    const fetch = vi.fn(() => Promise.resolve(answer))
    vi.stubGlobal('fetch', fetch)
    expect(await tryKey('a-key', '2026-11-24')).toBe(said)
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('is not judged where nobody answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    expect(await tryKey('a-key', '2026-11-24')).toBe('unreachable')
  })
})

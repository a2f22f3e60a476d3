import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Colours of a palette. A page of ours has a few, and the edges of its letters the rest. */
const COLOURS_MAX = 256

/** Bits of each colour channel that tell colours apart; the rest is beyond what eyes see. */
const KEPT_BITS = 0xfc

interface Pixels {
  readonly width: number
  readonly height: number
  /** Bytes of a pixel: 3 or 4. */
  readonly size: number
  readonly bytes: Uint8Array
}

/**
 * The same picture with a palette, at a fraction of the size: rare colours become their nearest.
 *
 * Takes what Chromium makes: 8 bits a channel, no interlacing.
 */
export function smallPng(png: Buffer): Buffer {
  const pixels = pixelsOf(png)
  const { width, height, size, bytes } = pixels
  const palette = paletteOf(pixels)
  const known = new Map(palette.map((colour, index) => [colour, index]))
  const rows = Buffer.alloc((width + 1) * height)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = colourAt(bytes, pixel * size)
    let index = known.get(colour)
    if (index === undefined) known.set(colour, (index = nearest(palette, colour)))
    rows[pixel + Math.floor(pixel / width) + 1] = index
  }
  const header = Buffer.from(png.subarray(16, 29))
  header.set([8, 3, 0, 0, 0], 8)
  const colours = palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours)),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

const colourAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)

/** The most frequent colours, of those that look alike one. */
function paletteOf({ bytes, size }: Pixels): number[] {
  const counts = new Map<number, number>()
  for (let at = 0; at < bytes.length; at += size) {
    const colour = colourAt(bytes, at)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const byCount = [...counts].toSorted(([, one], [, other]) => other - one)
  const alike = new Map<number, number>()
  const mask = (KEPT_BITS << 16) | (KEPT_BITS << 8) | KEPT_BITS
  for (const [colour] of byCount) if (!alike.has(colour & mask)) alike.set(colour & mask, colour)
  return [...alike.values()].slice(0, COLOURS_MAX)
}

function nearest(palette: readonly number[], colour: number): number {
  const away = (other: number) =>
    [16, 8, 0].reduce(
      (sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2,
      0,
    )
  let best = 0
  for (let index = 1; index < palette.length; index += 1) {
    if (away(palette[index] ?? 0) < away(palette[best] ?? 0)) best = index
  }
  return best
}

/** Undoes the compression and the filters of the PNG specification. */
function pixelsOf(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const size = png[25] === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const end = at + 8 + png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, end))
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), width * size, size)
  return { width, height, size, bytes }
}

/** Rows of `stride` bytes, each after a byte that names the filter it went through. */
function unfiltered(filtered: Buffer, stride: number, size: number): Uint8Array {
  const height = filtered.length / (stride + 1)
  const bytes = new Uint8Array(stride * height)
  const before = (at: number, present: boolean) => (present ? (bytes[at] ?? 0) : 0)
  for (let row = 0; row < height; row += 1) {
    const from = row * (stride + 1)
    const filter = filtered[from] ?? 0
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column
      const left = before(at - size, column >= size)
      const up = before(at - stride, row > 0)
      const corner = before(at - stride - size, row > 0 && column >= size)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      bytes[at] = (filtered[from + 1 + column] ?? 0) + guess
    }
  }
  return bytes
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [l, u, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (l <= u && l <= c) return left
  return u <= c ? up : corner
}

import type { Locator } from '@playwright/test'

/** How well something can be read, and what it is. */
export interface Contrast {
  readonly what: string
  /** From 1, not at all, to 21. */
  readonly ratio: number
  /** The least that it needs. */
  readonly least: number
}

/**
 * The contrast of each text within `root`, computed from what the browser draws: its colour
 * against the nearest ground, both laid over what is below them. What can't be used at the
 * moment needs 3, any other text 4.5.
 */
export const contrastsOf = (root: Locator): Promise<Contrast[]> =>
  root.evaluate((element) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('Colours can not be read.')
    type Colour = readonly [red: number, green: number, blue: number, alpha: number]
    const read = (css: string): Colour => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = css
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }
    const over = (upper: Colour, lower: Colour): Colour => {
      const mix = (at: 0 | 1 | 2) => upper[at] * upper[3] + lower[at] * (1 - upper[3])
      return [mix(0), mix(1), mix(2), 1]
    }
    const parentOf = (node: Element) =>
      node.parentElement ?? (node.getRootNode() as Partial<ShadowRoot>).host ?? null
    const groundOf = (node: Element | null): Colour => {
      if (!node) return read('Canvas')
      const own = read(getComputedStyle(node).backgroundColor)
      return own[3] === 1 ? own : over(own, groundOf(parentOf(node)))
    }
    const light = (colour: Colour) => {
      const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const ratioOf = (one: Colour, other: Colour) => {
      const [dark = 0, bright = 0] = [light(one), light(other)].toSorted((a, b) => a - b)
      return (bright + 0.05) / (dark + 0.05)
    }
    const hasText = (node: Element) =>
      [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim())
    return [element, ...element.querySelectorAll('*')]
      .filter((node) => hasText(node) && !node.closest('.unseen') && node.checkVisibility())
      .map((node) => {
        const ground = groundOf(node)
        const ratio = ratioOf(over(read(getComputedStyle(node).color), ground), ground)
        const off = node.closest('[aria-disabled=true], :disabled, [data-offer=false]')
        const what = `${node.className || node.localName} “${node.textContent?.trim().slice(0, 30)}”`
        return { what, ratio: Math.round(ratio * 100) / 100, least: off ? 3 : 4.5 }
      })
  })

/** Those that can't be read well enough. */
export const unreadable = async (root: Locator): Promise<Contrast[]> =>
  (await contrastsOf(root)).filter(({ ratio, least }) => ratio < least)

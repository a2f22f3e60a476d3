/** Of PostCSS, as far as it is needed. */
interface Declaration {
  value: string
}
interface AtRule {
  params: string
}

const REM = /(-?\d*\.?\d+)rem\b/g

/** Pixels of a root's font where nobody has changed it: conditions can't ask for more. */
const PIXELS = 16

/**
 * Counts the element's lengths from its own `--rem` instead of from the font of the page that it
 * stands in, which is that page's affair: `rem` counts from there in a shadow root too.
 */
export const embedUnits = {
  postcssPlugin: 'slotkeeper:embed-units',
  Declaration(declaration: Declaration): void {
    if (declaration.value.includes('rem')) {
      declaration.value = declaration.value.replace(REM, 'calc($1 * var(--rem, 16px))')
    }
  },
  AtRule(rule: AtRule): void {
    if (rule.params.includes('rem')) {
      rule.params = rule.params.replace(REM, (_, count: string) => `${Number(count) * PIXELS}px`)
    }
  },
}

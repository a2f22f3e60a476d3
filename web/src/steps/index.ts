import { teach } from '../i18n/text.js'
import { STEP_TEXTS } from './texts.js'

teach(STEP_TEXTS)

/** The steps after the choice, in a file of their own: who only looks does not load them. */
export { Details } from './Details.js'
export { Done } from './Done.js'

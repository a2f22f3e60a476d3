// Written from docs/openapi.json by `npm run generate`. Not to be edited.

import type { RefusalKind } from './wire.js'

/** Every kind of refusal. */
export const REFUSALS = [
  'resource_not_found',
  'booking_not_found',
  'booked',
  'held_by_other',
  'buffer',
  'hold_lost',
  'booking_cancelled',
  'booking_ended',
  'too_many_exceptions',
  'precondition_failed',
  'resource_retired',
  'past',
  'duration_not_offered',
  'quantity_not_offered',
  'closed',
  'hold_mismatch',
  'idempotency_key_reused',
] as const satisfies readonly RefusalKind[]

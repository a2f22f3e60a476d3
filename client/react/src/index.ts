'use client'

/**
 * Slotkeeper for React: hooks over `@slotkeeper/client`.
 *
 * @packageDocumentation
 */
export { SlotkeeperProvider, type SlotkeeperProviderProps, useSlotkeeper } from './provider.js'
export { type BookingActions, type BookingState, useBooking } from './useBooking.js'
export { type DaySlots, useDaySlots } from './useDaySlots.js'
export { type MonthAvailability, useMonthAvailability } from './useMonthAvailability.js'
export { type ManagedBookingActions, useManagedBooking } from './useManagedBooking.js'
export { usePresence } from './usePresence.js'
export { type Initial, type Read, useResource, useResources } from './useResource.js'
export { type HoldActions, type SlotHoldOptions, useSlotHold } from './useSlotHold.js'
export { useTimeLeft } from './useTimeLeft.js'

import type { Instant, Slot } from '@slotkeeper/client'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { indexByKey } from './neighbour.js'
import { jumpOf, openingOf, partsOf } from './parts.js'
import { SlotButton } from './SlotButton.js'

export interface SlotListProps {
  /** Names the list. */
  readonly label: string
  /** Available and reserved, in order. */
  readonly slots: readonly Slot[]
  readonly zone: string
  /** The start that is being asked for at the moment. */
  readonly holding: Instant | undefined
  readonly onChoose: (start: Instant) => void
}

/**
 * The times of a day, in order, by part of the day. Arrow keys move, and one time is in the
 * order of the Tab key: a day may have a hundred.
 */
export function SlotList({ label, slots, zone, holding, onChoose }: SlotListProps) {
  const { say } = useSpeech()
  const list = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<Instant>()
  const parts = partsOf(slots, zone)
  const opening = openingOf(parts)
  const stop = (slots.find(({ start }) => start === focused) ?? opening ?? slots[0])?.start
  useFocusKept(list, slots, focused)
  useOpened(list, opening?.start)

  const options = () => [...(list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [])]

  const onKeyDown = (event: KeyboardEvent) => {
    const jump = jumpOf(event.key, parts, stop)
    if (jump && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      show(list.current, jump.start)
      return
    }
    const all = options()
    const from = all.findIndex((option) => option.dataset['start'] === stop)
    const places = all.map((option) => option.getBoundingClientRect())
    const index = indexByKey(event.key, from, places)
    if (index === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    all[index]?.focus()
  }

  return (
    <>
      {opening && <Jumps parts={parts} onJump={(start) => show(list.current, start)} />}
      <div
        className="slot-list"
        role="listbox"
        aria-label={label}
        ref={list}
        onKeyDown={onKeyDown}
        onBlur={({ target, relatedTarget }) => {
          // Without a new target, the browser's window lost the focus or the time is gone.
          if (relatedTarget !== null && target !== relatedTarget) setFocused(undefined)
        }}
      >
        {parts.map(({ part, slots: inPart }) => (
          <div key={inPart[0]?.start} role="group" aria-label={say(`slots.${part}`)}>
            <p className="slot-part" aria-hidden="true">
              {say(`slots.${part}`)}
            </p>
            <div className="slot-grid" role="presentation">
              {inPart.map((slot) => (
                <SlotButton
                  key={slot.start}
                  start={slot.start}
                  zone={zone}
                  state={stateOf(slot, holding)}
                  seatsLeft={slot.seatsLeft}
                  tabStop={slot.start === stop}
                  onFocus={setFocused}
                  onChoose={onChoose}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </>
  )
}

const stateOf = ({ start, state }: Slot, holding: Instant | undefined) =>
  start === holding ? 'holding' : state === 'reserved' ? 'reserved' : 'available'

interface JumpsProps {
  readonly parts: ReturnType<typeof partsOf>
  readonly onJump: (start: Instant) => void
}

/** The parts of a long day, to go to at once. */
function Jumps({ parts, onJump }: JumpsProps) {
  const { say } = useSpeech()
  return (
    <div className="slot-jumps" role="group" aria-label={say('slots.jumps')}>
      {parts.map(({ part, slots: [first] }) => (
        <button
          key={part}
          type="button"
          className="jump"
          onClick={() => first && onJump(first.start)}
        >
          {say(`slots.${part}`)}
        </button>
      ))}
    </div>
  )
}

/** Shows the part of the day that begins with a time, and gives that time the focus. */
function show(list: HTMLElement | null, start: Instant): void {
  const option = list?.querySelector<HTMLElement>(`[data-start="${start}"]`)
  option?.closest('[role=group]')?.scrollIntoView({ block: 'start' })
  option?.focus({ preventScroll: true })
}

/** A long list that scrolls in a place of its own begins where the day does for most. */
function useOpened(
  list: { readonly current: HTMLElement | null },
  start: Instant | undefined,
): void {
  const first = useRef(start)
  useLayoutEffect(() => {
    const option = list.current?.querySelector(`[data-start="${first.current}"]`)
    const part = option?.closest('[role=group]')
    const body = list.current?.closest('.slots-body')
    if (!part || !body) return
    const bar = body.querySelector<HTMLElement>('.slot-jumps')?.offsetHeight ?? 0
    body.scrollTop += part.getBoundingClientRect().top - body.getBoundingClientRect().top - bar
  }, [list])
}

/** When the time that has the focus goes, the next one gets it: the keyboard stays in place. */
function useFocusKept(
  list: { readonly current: HTMLElement | null },
  slots: readonly Slot[],
  focused: Instant | undefined,
): void {
  useLayoutEffect(() => {
    if (focused === undefined || slots.some(({ start }) => start === focused)) return
    const next = slots.find(({ start }) => start > focused) ?? slots.at(-1)
    const root = list.current?.getRootNode() as Document | ShadowRoot | undefined
    const lost = root?.activeElement === null || root?.activeElement === document.body
    if (!next || !lost) return
    list.current?.querySelector<HTMLElement>(`[data-start="${next.start}"]`)?.focus()
  }, [list, slots, focused])
}

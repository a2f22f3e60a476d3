/**
 * Writes the address and the state of the present entry of the history, or of a new one.
 * Browsers forbid it to some frames, and limit how often it is done: then the address stays.
 */
function write(how: 'pushState' | 'replaceState', state: unknown, url?: string): void {
  try {
    history[how](state, '', url)
  } catch {
    // Nothing but the address, and where Back leads, depends on it.
  }
}

/** Makes a new entry, with the present address where no other is given. */
export const pushEntry = (state: unknown, url?: string): void => write('pushState', state, url)

/** Changes the present entry. */
export const replaceEntry = (state: unknown, url?: string): void =>
  write('replaceState', state, url)

/** How Chromium is started. */
export interface Launch {
  readonly executablePath: string
  readonly args: string[]
}

/** The Chromium of the system, or the one that `CHROMIUM` names. */
export const launchOptions = (): Launch => ({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    // Chromium's own sandbox refuses root; the pages are our own.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
})

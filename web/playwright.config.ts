import { defineConfig } from '@playwright/test'
import { launchOptions } from './e2e/support/chromium.js'

/** One server, one browser, one test at a time: the machine's whole speed is for the test. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  // A machine that does something else may take a browser's second away, but not twice.
  retries: 1,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
  projects: [
    { name: 'e2e', testIgnore: /(screenshots|fresh)\.spec\.ts/ },
    { name: 'fresh', testMatch: 'fresh.spec.ts' },
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
  ],
  use: {
    browserName: 'chromium',
    launchOptions: launchOptions(),
    actionTimeout: 20_000,
  },
})

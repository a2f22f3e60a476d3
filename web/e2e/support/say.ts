/** Prints a measured figure under the test that measured it. Figures are read, not asserted. */
export const say = (text: string): void => void process.stdout.write(`     ${text}\n`)

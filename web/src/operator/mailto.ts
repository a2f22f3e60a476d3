/**
 * The link that writes to an address, and does nothing else: what an address may have in it would
 * else add recipients, a subject or a text.
 */
export const mailtoOf = (email: string): string =>
  `mailto:${encodeURIComponent(email).replaceAll('%40', '@')}`

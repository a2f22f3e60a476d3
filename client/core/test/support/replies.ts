/** An answer with a JSON body, at the server's time. */
export function reply(status: number, body: unknown, position?: string): Response {
  const headers = new Headers({ date: new Date().toUTCString() })
  if (position !== undefined) headers.set('slotkeeper-position', position)
  return new Response(JSON.stringify(body), { status, headers })
}

/** Problem details, as the server writes them. */
export function problem(
  status: number,
  code: string,
  conflicts?: readonly { readonly start: string; readonly end: string }[],
): Response {
  const intervals = conflicts?.map(({ start, end }) => ({ start, end }))
  return reply(status, { code, detail: `it is ${code}`, status, conflicts: intervals })
}

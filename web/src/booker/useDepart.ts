import { useEffect, useRef } from 'react'

/** Calls `leave` when the page goes, perhaps for good, and `comeBack` when it comes back as it was. */
export function useDepart(leave: () => void, comeBack: () => void): void {
  const latest = useRef({ leave, comeBack })
  useEffect(() => {
    latest.current = { leave, comeBack }
  })
  useEffect(() => {
    const onHide = () => latest.current.leave()
    const onShow = () => latest.current.comeBack()
    addEventListener('pagehide', onHide)
    addEventListener('pageshow', onShow)
    return () => {
      removeEventListener('pagehide', onHide)
      removeEventListener('pageshow', onShow)
    }
  }, [])
}

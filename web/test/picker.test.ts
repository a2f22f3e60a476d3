import type { Resource } from '@slotkeeper/client'
import { describe, expect, it } from 'vitest'
import { found } from '../src/picker/found.js'

const resource = (resourceId: string, name: string) => ({ resourceId, name }) as Resource

describe('the search', () => {
  const all = [
    resource('studio-a', 'Studio A'),
    resource('studio-b', 'Großes Studio'),
    resource('salle-1', 'Salle de répétition'),
  ]
  const ids = (wanted: string) => found(all, wanted).map(({ resourceId }) => resourceId)

  it('finds each word in name or id, whatever its marks and case', () => {
    expect(ids('')).toEqual(['studio-a', 'studio-b', 'salle-1'])
    expect(ids('  STUDIO ')).toEqual(['studio-a', 'studio-b'])
    expect(ids('repetition')).toEqual(['salle-1'])
    expect(ids('Répétition sal')).toEqual(['salle-1'])
    expect(ids('studio a')).toEqual(['studio-a'])
    expect(ids('studio-b')).toEqual(['studio-b'])
    expect(ids('studio salle')).toEqual([])
  })
})

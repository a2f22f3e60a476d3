import { createClient } from '@slotkeeper/client'
import { mount } from './page.js'

mount(document, createClient())

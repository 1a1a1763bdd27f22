/** What is said of a column in a sentence, as the house ends its sentences. */
import type { HouseStyle } from '../project/conventions/house-style.ts'

export function withNote(text: string, note: string): string {
  return `${text.replace(/[.\s]+$/, '')}. ${note}`
}

export function ended({ describe }: HouseStyle, text: string): string {
  const bare = text.replace(/\.$/, '')
  return describe.end === 'none' ? bare : `${bare}.`
}

export function attributeWords(name: string, thing: string): string {
  const said = words(name)
  return said.includes(thing) ? capital(said) : `${capital(said)} of the ${thing}`
}

export function words(name: string): string {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/_+/g, ' ')
    .trim()
    .toLowerCase()
}

/** `a customer`, `an employee`. */
export function one(thing: string): string {
  return `${/^[aeiou]/i.test(thing) ? 'an' : 'a'} ${thing}`
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

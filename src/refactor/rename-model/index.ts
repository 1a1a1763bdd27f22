/** `rename-model OLD NEW [--to FOLDER]` and `move-model MODEL FOLDER`: one file elsewhere, and all that names it. */
import { z } from 'zod'
import { operation } from '../operation.ts'
import { planRenaming } from './plan.ts'

/** Jinja, YAML and the command line take such a name without a thought. */
const name = z
  .string({ error: 'say how it is to be called' })
  .regex(
    /^[\p{L}_][\p{L}\p{N}_]*$/u,
    'a name has letters, digits and underscores, and does not begin with a digit',
  )
const model = z.string({ error: 'name the model' })
const folder = z.string({ error: 'name the folder' }).min(1, 'name the folder')

const rename = z.strictObject({ model, name, to: folder.nullable() })
const move = z.strictObject({ model, folder })

const aboutRename = {
  id: 'rename-model',
  purpose: 'give a model or a seed another name, in its file and wherever it is read',
  usage: '<model> <new name> [--to <folder>]',
  example: 'rename-model stg_orders stg_shop__orders',
}
const aboutMove = {
  id: 'move-model',
  purpose: 'put a model or a seed into another folder, with its properties',
  usage: '<model> <folder>',
  example: 'move-model int_orders models/intermediate',
}

export const renameModel = operation<z.output<typeof rename>>({
  ...aboutRename,
  input: rename,
  words: ['model', 'name'],
  flags: { to: 'text' },
  plan: (context, { model, name, to }) => planRenaming(context, { model, name, folder: to }),
})

export const moveModel = operation<z.output<typeof move>>({
  ...aboutMove,
  input: move,
  words: ['model', 'folder'],
  flags: {},
  plan: (context, { model, folder }) => planRenaming(context, { model, name: null, folder }),
})

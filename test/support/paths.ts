/** Where things are in this clone. */
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
export const MARTSMITH = `${ROOT}/bin/martsmith`
export const EXAMPLES = `${ROOT}/examples`
export const FIXTURES = `${ROOT}/fixtures`
export const VENV = `${ROOT}/.venv`
export const PYTHON = `${VENV}/bin/python`

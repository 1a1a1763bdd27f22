/** Where things are in this clone. */
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
export const MARTSMITH = `${ROOT}/bin/martsmith`
export const EXAMPLE = `${ROOT}/examples/nyc-taxi`
export const PYTHON = `${ROOT}/.venv/bin/python`

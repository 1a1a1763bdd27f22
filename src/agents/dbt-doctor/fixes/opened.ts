/** A properties file that may be none. */
import { editYaml, type YamlEditor } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'

export function opened(path: string, text: string): YamlEditor | null {
  try {
    return editYaml(path, text)
  } catch (error) {
    if (isMartsmithError(error)) return null
    throw error
  }
}

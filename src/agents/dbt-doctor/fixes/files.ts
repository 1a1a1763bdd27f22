/** Where the files of nodes lie, as changes name them. */
import { projectPath } from '../../../refactor/models.ts'

export function fileOf(
  node: { original_file_path: string },
  place: { root: string; dbtDir: string },
): string {
  return projectPath(place, node.original_file_path)
}

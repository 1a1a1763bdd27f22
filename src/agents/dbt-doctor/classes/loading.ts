/** Failures of loading with dlt: extract, normalise, load; and of the Python around it. */
import type { FailureClass } from './types.ts'

export const LOADING: FailureClass[] = [
  {
    id: 'L01',
    title: 'a setting or secret that dlt does not find',
    meaning: 'A source or destination needs a setting, and dlt found it in none of the places it looked.',
    cause: 'secrets.toml or the environment of the job lacks it, or its section is called otherwise.',
    look: [
      'the names that the message lists',
      '.dlt/secrets.toml, .dlt/config.toml, the environment of the job',
    ],
    signs: [
      /ConfigFieldMissingException|Missing \d+ field\(s\) in configuration/,
      /ConfigFileNotFoundException|ConfigProviderException/,
    ],
  },
  {
    id: 'L02',
    title: 'a schema contract that the data breaks',
    meaning: 'The source sends a table, column or type that the schema contract does not let in.',
    cause: 'The source changed; the contract is there to say so.',
    look: ['the table and column in the message; who owns the source, and the contract'],
    signs: [/DataValidationError|Contract on `?(\w+)`? with `?contract_mode/i],
  },
  {
    id: 'L03',
    title: 'a schema that cannot be changed like that',
    meaning: 'The tables that stand cannot become what the new schema asks for.',
    cause: 'A column got another type, a key changed, or two resources write one table.',
    look: ['the schema in the destination, and what the resource yields now'],
    signs: [
      /SchemaCorruptedException|CannotCoerceColumnException|TablePropertiesConflictException|SchemaException/,
    ],
  },
  {
    id: 'L04',
    title: 'the source refuses the request',
    meaning: 'The API or server that is read answers that this may not be read.',
    cause: 'A token that expired, a permission that is missing, or a limit of calls.',
    look: ['the status in the message: 401 and 403 are access, 404 an address, 429 a limit'],
    signs: [
      /(4\d\d) (?:Client Error|Unauthorized|Forbidden|Not Found|Too Many Requests)/,
      /HTTPError: (4\d\d)/,
    ],
  },
  {
    id: 'L05',
    title: 'the source cannot be reached',
    meaning: 'The API or server that is read does not answer, or answers with an error.',
    cause: 'Network, or the source is down.',
    look: ['the host in the message, from the machine that ran; run it again later'],
    signs: [
      /(5\d\d) Server Error/,
      /requests\.exceptions\.(?:ConnectionError|Timeout|ReadTimeout|ConnectTimeout|SSLError)/,
      /Max retries exceeded with url/,
      /\b(?:Connection(?:Refused|Reset|Aborted)Error|URLError|gaierror|ConnectTimeout)\b/,
    ],
  },
  {
    id: 'L06',
    title: 'the destination refused a load',
    meaning: 'A load job ended with an error of the destination.',
    cause: 'A value that does not fit its column, a permission, or a full disk.',
    look: ['the job and the message; the package stays and is tried again'],
    signs: [
      /LoadClientJobFailed|LoadClientJobException|DestinationTerminalException|DestinationTransientException/,
    ],
  },
  {
    id: 'L07',
    title: "the destination and dlt's state disagree",
    meaning: "The pipeline's state does not fit what stands in the destination.",
    cause: 'Tables or the dataset were dropped or restored, or two machines share a pipeline.',
    look: ['dlt pipeline NAME sync   restores the state from the destination'],
    signs: [
      /PipelineStateNotAvailable|PipelineStateEngineNoUpgradePathException|DestinationUndefinedEntity|StateInfo/,
    ],
  },
  {
    id: 'L08',
    title: 'packages of an earlier load are pending',
    meaning: 'A load before this one did not end, and its packages come first.',
    cause: 'A crash or a failed job; run() loads them and reads nothing new.',
    look: ['dlt pipeline NAME info', 'run it again: the pending packages are loaded first'],
    signs: [/PipelineHasPendingDataException|PendingPackages|pending packages?/i],
  },
  {
    id: 'L09',
    title: 'a Python module is missing',
    meaning: 'The script imports something that its environment does not have.',
    cause: 'Another environment than the one that was meant, or an extra of dlt that was not installed.',
    look: ['pip install in that environment'],
    signs: [
      /ModuleNotFoundError: No module named '([^']+)'/,
      /MissingDependencyException|ImportError: cannot import name '([^']+)'/,
    ],
  },
  {
    id: 'L10',
    title: 'an input file is missing',
    meaning: 'The script reads a file that is not there.',
    cause: 'A delivery that did not come, or a path relative to another folder.',
    look: ['the path in the message'],
    signs: [/FileNotFoundError: \[Errno 2\][^\n]*?'([^']+)'/],
  },
  {
    id: 'L11',
    title: "the script's own code raised an error",
    meaning: 'The load script, or a resource in it, failed while it read or changed rows.',
    cause: 'A slip in the script, or rows of another shape than it expects.',
    look: ['the traceback: the frame in the script'],
    signs: [
      /ResourceExtractionError|PipelineStepFailed[^\n]*step=extract/,
      /Pipeline execution failed at `?step=(\w+)/,
      // Keys and columns that the script names, and no row has.
      /\bUnboundColumn\w*Exception\b/,
      // As it is told in the report of a load.
      /\bfailed(?: in dlt's step extract)?(?:, (?:resource|table) \S+)?: \w*(?:Error|Exception)\b/,
    ],
  },
]

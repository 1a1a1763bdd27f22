/**
 * Databases and Python quote the value that offended. Tasks are committed and state is kept, so values
 * of rows are taken out of such messages; names of tables and columns stay.
 */
const QUOTED = String.raw`("(?:[^"\n])*"|'(?:[^'\n])*')`
const SHAPES: [RegExp, string][] = [
  // DuckDB: Could not convert string 'abc' to INT32; Casting value "x" to type DECIMAL failed
  [
    new RegExp(
      String.raw`\b((?:convert|cast|casting|parse|parsing)(?:ing)? (?:string|value|input|date|timestamp)\s+)${QUOTED}`,
      'gi',
    ),
    "$1'***'",
  ],
  [/\b(with value|cast value|casting value) (-?[\d.][\w.+-]*)/gi, '$1 ***'],
  // Postgres: invalid input syntax for type integer: "abc"; date/time field value out of range: "x"
  [
    new RegExp(
      String.raw`((?:invalid input|out of range|invalid [\w ]*format|malformed \w+ literal)[^:\n]*:\s*)${QUOTED}`,
      'gi',
    ),
    '$1"***"',
  ],
  // Postgres: Key (id)=(42) already exists. / Failing row contains (1, a).
  [/(Key \([^)\n]*\)=\()[^\n]*?(\)(?= |\.|$))/g, '$1***$2'],
  [/(Failing row contains \()[^\n]*(\))/g, '$1***$2'],
  // DuckDB: Duplicate key "id: 42" violates ...
  [/(Duplicate key "\w+: )[^"\n]*(")/g, '$1***$2'],
  // Python: could not convert string to float: 'abc'; invalid literal for int() with base 10: 'abc'; time data 'x' does not match
  [
    new RegExp(
      String.raw`((?:could not convert string to \w+|invalid literal for \w+\(\)[^:\n]*): )${QUOTED}`,
      'g',
    ),
    "$1'***'",
  ],
  [new RegExp(`(time data )${QUOTED}`, 'g'), "$1'***'"],
]

export function maskValues(text: string): string {
  return SHAPES.reduce((out, [shape, mask]) => out.replace(shape, mask), text)
}

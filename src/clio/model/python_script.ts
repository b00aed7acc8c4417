/** The line of a template in Python that takes the parameters. */
const slot = /^PARAMETERS = json\.loads\("\{\}"\).*$/m;

/**
 * Puts parameters into a template in Python. They arrive there as they are, whatever texts are in them: as JSON of ASCII alone, within a
 * literal whose escapes both languages read alike.
 */
export function withParameters(template: string, parameters: object): string {
  const json = JSON.stringify(parameters).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  // By a function: `$&` in a name would stand for the line that is replaced.
  return template.replace(
    slot,
    () => `PARAMETERS = json.loads(${JSON.stringify(json)})`,
  );
}

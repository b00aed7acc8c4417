import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { systemErrorText } from "./json_file.js";

const variable = "the name of an environment variable";

/** Where the configuration says that a token is: never in the configuration itself, which is shown around. */
export const tokenPlace = {
  tokenFile: v.optional(v.string("the path of a file")),
  tokenVariable: v.optional(
    v.pipe(v.string(variable), v.regex(/^[A-Za-z_]\w*$/, variable)),
  ),
};

interface TokenPlace {
  tokenFile?: string | undefined;
  tokenVariable?: string | undefined;
}

/** Thrown where a token is not where it should be. The message names the place, and nothing that is in it. */
export class NoToken extends Error {}

/**
 * The token; undefined where the configuration names none.
 * @throws NoToken
 */
export async function configuredToken(
  { tokenFile, tokenVariable }: TokenPlace,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (tokenFile !== undefined && tokenVariable !== undefined) {
    throw new NoToken(
      `tokenVariable: ${JSON.stringify(tokenVariable)}, expected none beside a tokenFile`,
    );
  }
  if (tokenVariable !== undefined) {
    const token = env[tokenVariable]?.trim();
    if (token) return token;
    throw new NoToken(
      `tokenVariable: ${JSON.stringify(tokenVariable)}, expected a variable that holds a token`,
    );
  }
  if (tokenFile === undefined) return undefined;
  const key = `tokenFile: ${JSON.stringify(tokenFile)}`;
  let token: string;
  try {
    token = (await readFile(tokenFile, "utf8")).trim();
  } catch (error) {
    throw new NoToken(
      `${key}, expected a file that can be read: ${systemErrorText(error)}`,
    );
  }
  if (token === "") {
    throw new NoToken(`${key}, expected a token, but the file is empty`);
  }
  return token;
}

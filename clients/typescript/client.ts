/** The API of a UnityPlan territory: a fetch that knows every path, body and answer. The types are generated. */
import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Territory = Client<paths>;

/** The territory behind an address such as `https://dk.unityplan.org/api`; with an access token as its citizen. */
export function territory(baseUrl: string, accessToken?: string): Territory {
  return createClient<paths>({
    baseUrl,
    headers: accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` },
  });
}

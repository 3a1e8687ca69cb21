import { type Schemas, territory } from "./client";

const here = "http://localhost:8080/api";

async function harbour(): Promise<Schemas["CommunityAnswer"]> {
  const login = await territory(here).POST("/auth/login", {
    body: { identifier: "anna", password: "a sentence is a good password" },
  });
  if (login.error) throw new Error(login.error.code);
  const anna = territory(here, login.data.access_token);
  const founded = await anna.POST("/communities", {
    body: { name: "Harbour friends", visibility: "public", join_policy: "open" },
  });
  if (founded.error) throw new Error(founded.error.errors?.[0]?.pointer ?? founded.error.code);
  return founded.data;
}

async function titles(community_id: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { data?: Schemas["PostList"]; error?: Schemas["Problem"] } = await territory(here).GET(
      "/communities/{community_id}/posts",
      { params: { path: { community_id }, query: { cursor } } },
    );
    if (page.data === undefined) throw new Error(page.error?.code);
    found.push(...page.data.items.map((post) => post.title));
    cursor = page.data.next_cursor;
  } while (cursor !== null);
  return found;
}

// @ts-expect-error nobody may found a community of a visibility that there is not
await territory(here).POST("/communities", { body: { name: "Harbour", visibility: "secret", join_policy: "open" } });
// @ts-expect-error there is no such path
await territory(here).GET("/harbours");

console.log(await titles((await harbour()).id));

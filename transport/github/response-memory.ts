// Remembers answers to reads together with their ETag, so that GitHub can say "not modified" and the answer is
// served from here. It must never hold more than its bounds: what was used longest ago goes first.

export interface RememberedResponse {
  etag: string;
  headers: [string, string][];
  body: string;
}

export interface ResponseMemory {
  get(url: string): RememberedResponse | undefined;
  set(url: string, response: RememberedResponse): void;
}

const MAX_RESPONSES = 10_000;
/** Of all bodies together, in UTF-16 units. */
const MAX_CHARACTERS = 64 * 1_024 * 1_024;

/**
 * Bounds default to 10 000 answers with 64 Mi characters: 50 repositories of 40 open items take about 42 Mi, and with
 * less each look would forget what the next one asks for. A body larger than that is not remembered.
 */
export function responseMemory(
  maxResponses = MAX_RESPONSES,
  maxCharacters = MAX_CHARACTERS,
): ResponseMemory {
  // A Map keeps the order of insertion: whatever is used is put back at its end.
  const remembered = new Map<string, RememberedResponse>();
  let characters = 0;
  const forget = (url: string): void => {
    characters -= remembered.get(url)?.body.length ?? 0;
    remembered.delete(url);
  };
  return {
    get(url) {
      const found = remembered.get(url);
      if (found === undefined) return undefined;
      remembered.delete(url);
      remembered.set(url, found);
      return found;
    },
    set(url, response) {
      forget(url);
      if (response.body.length > maxCharacters) return;
      remembered.set(url, response);
      characters += response.body.length;
      for (const oldest of remembered.keys()) {
        if (remembered.size <= maxResponses && characters <= maxCharacters) break;
        forget(oldest);
      }
    },
  };
}

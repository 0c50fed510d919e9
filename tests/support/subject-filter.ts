// Whether a key matches a NATS filter: `*` is one token, `>` is one or more at the end.
// It must never be used on whole subjects of streams with a transform: it knows only tokens.

export function matchesFilter(key: string, filter: string): boolean {
  const tokens = key.split('.');
  const wanted = filter.split('.');
  if (wanted.at(-1) === '>') {
    return tokens.length >= wanted.length && wanted.slice(0, -1).every(isMatch);
  }
  return tokens.length === wanted.length && wanted.every(isMatch);

  function isMatch(token: string, index: number): boolean {
    return token === '*' || token === tokens[index];
  }
}

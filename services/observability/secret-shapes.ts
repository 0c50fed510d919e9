// How secrets look that nobody has named: the tokens of well-known services, and credentials in a known place.
// A pattern must never take long on any text: every repetition begins at a fixed word, or is bounded.

/** Patterns as text, so that each user can bound how far a match may reach. */
const TOKENS: readonly string[] = [
  // JSON web tokens and NKey seeds.
  String.raw`(?<![\w-])eyJ[\w-]{8,}\.[\w-]{1,}\.[\w-]{0,}`,
  String.raw`\bS[ACNOUX][A-Z2-7]{50,}\b`,
  // GitHub, GitLab, Slack, npm, PyPI, Hugging Face.
  String.raw`\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,})`,
  String.raw`\bgl(?:pat|dt|rt|cbt|ptt|oas|soat|ft|imt|agent)-[\w-]{16,}`,
  String.raw`\b(?:xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|npm_\w{16,}|pypi-[\w-]{16,}|hf_\w{20,})`,
  // Anthropic and OpenAI (sk-ant-…, sk-proj-…), Stripe, AWS, Google, Vault.
  String.raw`\b(?:sk-[\w-]{16,}|[rs]k_live_\w{16,}|A[KS]IA[A-Z0-9]{12,}|AIza[\w-]{20,}|hvs\.[\w-]{16,})`,
];

const IN_A_PLACE: readonly string[] = [
  // nats://user:password@host, also where the password holds a slash or an @.
  String.raw`(:\/\/)[^\s/?#"']{0,512}(?=@)`,
  String.raw`(:\/\/)[^\s/"'@]{1,256}:[^\s"'@]{0,512}(?=@)`,
  String.raw`(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|bearer|token|digest)\s{1,4})?)[^\s"',;]{1,}`,
  // A web hook's address is its secret; this key of AWS has no shape of its own.
  String.raw`(\bhooks\.slack\.com\/)[^\s"']{1,}`,
  String.raw`(\baws_secret_access_key["']?\s{0,4}[:=]\s{0,4}["']?)[A-Za-z0-9/+]{40}`,
];

/** Tokens by how they begin, at most `upTo` characters from each fixed word; a first group is kept. */
export function tokenShapes(upTo?: number): RegExp[] {
  return bounded(TOKENS, 'g', upTo);
}

/** Credentials in addresses and headers; a first group is kept. */
export function placeShapes(upTo?: number): RegExp[] {
  return bounded(IN_A_PLACE, 'gi', upTo);
}

/** What replaces a match: its first group, if it has one, and the mark. */
export function hiddenBehind(mark: string): (match: string, kept: unknown) => string {
  return (_, kept) => (typeof kept === 'string' ? kept + mark : mark);
}

// `{16,}` becomes `{16,4096}`.
function bounded(patterns: readonly string[], flags: string, upTo: number | undefined): RegExp[] {
  const ends = upTo === undefined ? ',}' : `,${upTo}}`;
  return patterns.map((pattern) => new RegExp(pattern.replaceAll(',}', ends), flags));
}

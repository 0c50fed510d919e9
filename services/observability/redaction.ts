// Takes secrets out of what is logged: by the name of a field, and by what a text looks like. It must never throw.
// A text that is hidden by mistake costs a look into a record; a secret that stays costs more.
import { hiddenBehind, placeShapes, tokenShapes } from './secret-shapes.ts';

const HIDDEN = '***';
const LEFT_OUT = '…';
/** Of lists, maps and chains of causes. */
const MAX_DEPTH = 6;
/** Values in one entry of the log, over all depths. */
const MAX_VALUES = 1_000;
const MAX_TEXT_CHARACTERS = 16_384;

/** Fields whose value is a secret whatever it looks like. */
const SECRET_NAME =
  /authorization|cookie|credential|^pass$|passw(?:or)?d|passphrase|secret|^seed$|nkey|tokens?$|(?:api|private)[-_]?key/i;

/** A secret by the name before it, where quotes may be escaped: JSON is told in JSON. */
const NAMED = '(?:passw(?:or)?d|passphrase|secret|(?:api|private|access)[-_]?key|token)';
const SET_TO = String.raw`\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}`;
const QUOTED_SECRET = new RegExp(
  String.raw`(${NAMED}${SET_TO}(["']))(?:\\.|(?!\2)[^\\\n]){1,1024}`,
  'gi',
);
const BARE_SECRET = new RegExp(String.raw`(${NAMED}${SET_TO}["']?)[^\s"',;&]+`, 'gi');

/** What stands for a secret in a text; a first group is kept. Bounded, so that no text takes long to look through. */
const SECRET_TEXTS: readonly RegExp[] = [
  ...placeShapes(),
  /-----BEGIN [^-]{1,64}-----[\s\S]*?(?:-----END [^-]{1,64}-----|$)/g,
  /(\b(?:bearer|basic)\s{1,4})[A-Za-z0-9+/._~=-]{8,}/gi,
  /(\b(?:set-)?cookie["']?\s{0,4}[:=]\s{0,4}["']?)[^\n"']+/gi,
  QUOTED_SECRET,
  BARE_SECRET,
  // An option of a command line, whose value stands apart.
  /(--(?:\w{1,32}-){0,4}(?:passw(?:or)?d|passphrase|secret|token)\s{1,4}["']?)[^\s"']+/gi,
  ...tokenShapes(),
];

/** The text without credentials, cut where it is very long. */
export function redactedText(text: string): string {
  const isLong = text.length > MAX_TEXT_CHARACTERS;
  let redacted = isLong ? text.slice(0, MAX_TEXT_CHARACTERS) + LEFT_OUT : text;
  for (const pattern of SECRET_TEXTS) {
    redacted = redacted.replace(pattern, hiddenBehind(HIDDEN));
  }
  return redacted;
}

/** A copy of the fields of a log entry without secrets; errors among them are written out with their causes. */
export function redactedFields(fields: object): Record<string, unknown> {
  try {
    return entriesOf(fields, { depth: 0, tally: { values: 0 } });
  } catch {
    // A property that cannot be read.
    return { fields: LEFT_OUT };
  }
}

interface Place {
  depth: number;
  tally: { values: number };
}

function redactedValue(value: unknown, { depth, tally }: Place): unknown {
  tally.values += 1;
  if (typeof value === 'string') return redactedText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH || tally.values > MAX_VALUES || ArrayBuffer.isView(value)) return LEFT_OUT;
  const within = { depth: depth + 1, tally };
  if (value instanceof Error) return errorEntries(value, within);
  if (Array.isArray(value))
    return value.slice(0, MAX_VALUES).map((one) => redactedValue(one, within));
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return redactedValue(toJSON.call(value), within);
  return entriesOf(value, within);
}

function entriesOf(value: object, place: Place): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, MAX_VALUES);
  return Object.fromEntries(
    entries.map(([name, one]) => [name, isSecret(name, one) ? HIDDEN : redactedValue(one, place)]),
  );
}

/** Numbers and flags of such names, such as how many there are, tell nothing. */
function isSecret(name: string, value: unknown): boolean {
  return SECRET_NAME.test(name) && value !== null && !['number', 'boolean'].includes(typeof value);
}

function errorEntries(error: Error, place: Place): Record<string, unknown> {
  const { name: type, message, stack = '', cause } = error;
  return {
    type,
    message: redactedText(message),
    stack: redactedText(stack),
    ...entriesOf(error, place),
    ...(cause === undefined ? {} : { cause: redactedValue(cause, place) }),
  };
}

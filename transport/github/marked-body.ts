// Bodies of comments and pull requests that are ours: a marker on the first line, and what is said below it.
// A body must never carry a second marker, nor be longer than GitHub takes.

/** What GitHub takes, in characters. */
export const MAX_BODY_CHARACTERS = 65_536;

const MARKER = /^<!-- onceward:(\S+) -->(\r?\n|$)/;
const PLANTED_MARKER = /<!--(?=\s*onceward:)/gi;
/** What may stand in a comment of HTML as it is; all else is percent-encoded. */
const FREE_CHARACTERS = /[^A-Za-z0-9:._/#@+-]/gu;

/** The first line of everything we write under this key. */
export function markerOf(key: string): string {
  const encoded = key.replace(FREE_CHARACTERS, (character) => encodeURIComponent(character));
  return `<!-- onceward:${encoded} -->`;
}

/** True for a body that begins with a marker of ours, or with this one. */
export function isMarked(body: string | null | undefined, marker?: string): boolean {
  const found = MARKER.exec(body ?? '');
  if (found === null) return false;
  return marker === undefined || found[0].trimEnd() === marker;
}

/** Marker and body, cut to what GitHub takes with a line that says so. */
export function markedBody(marker: string, body: string): string {
  const said = body.replace(PLANTED_MARKER, '&lt;!--').trimEnd();
  const whole = `${marker}\n${said}`;
  if (whole.length <= MAX_BODY_CHARACTERS) return whole;
  const notice = `\n\n_Cut: this had ${said.length} characters, and GitHub takes ${MAX_BODY_CHARACTERS}._`;
  const kept = whole.slice(0, MAX_BODY_CHARACTERS - notice.length - CLOSING_FENCE.length);
  // Half of a character that takes two units is none.
  const whole16 = kept.replace(/[\uD800-\uDBFF]$/, '');
  return `${whole16}${isFenceOpen(whole16) ? CLOSING_FENCE : ''}${notice}`;
}

/** GitHub keeps line ends as they come, and editors of its pages change them. */
export function isSameText(one: string | null | undefined, other: string): boolean {
  return normalised(one ?? '') === normalised(other);
}

const CLOSING_FENCE = '\n```';

function isFenceOpen(text: string): boolean {
  return (text.match(/^```/gm)?.length ?? 0) % 2 === 1;
}

function normalised(text: string): string {
  return text.replace(/\r\n?/g, '\n').trimEnd();
}

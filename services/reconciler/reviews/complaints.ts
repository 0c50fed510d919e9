// What reviewers want changed, as one text for the next attempt.
// It must never name a complaint as told whose place is not in the text.
import { clippedText, namesTold, toldText } from '../steps/told-text.ts';

export interface Complaint {
  id: string;
  author: string;
  /** Where in the code; null for what a whole review says. */
  place: string | null;
  body: string;
  atMs: number;
}

export interface ToldComplaints {
  by: string;
  /** At most 4 000 characters. */
  reason: string;
  ids: string[];
}

const REASON_CHARACTERS = 4_000;
/** More are told another time: each must have room for its place, its author, and a sentence. */
const MOST_COMPLAINTS = 16;
const PLACE_CHARACTERS = 120;
const AUTHOR_CHARACTERS = 40;

/** Whole reviews first, then by place. Each is given an equal share of the room that is left. */
export function toldComplaints(complaints: readonly Complaint[]): ToldComplaints {
  const told = [...complaints].sort(inOrder).slice(0, MOST_COMPLAINTS);
  let reason = '';
  for (const [index, complaint] of told.entries()) {
    const room = REASON_CHARACTERS - reason.length;
    const share = Math.floor(room / (told.length - index)) - 2;
    reason += `${reason === '' ? '' : '\n\n'}${paragraphOf(complaint, share)}`;
  }
  const by = namesTold([...new Set(told.map(({ author }) => author))].sort());
  return { by, reason, ids: told.map(({ id }) => id) };
}

function paragraphOf({ author, place, body }: Complaint, share: number): string {
  const who = toldText(author, AUTHOR_CHARACTERS);
  const head = place === null ? `${who} asks for changes:` : `${toldPlace(place)} (${who}):`;
  const text = toldText(body, REASON_CHARACTERS) || '(nothing is said with it)';
  return clippedText(`${head}\n${text}`, share);
}

// The end of a long path says more than its beginning.
function toldPlace(place: string): string {
  const line = toldText(place.replace(/\s+/g, ' '), place.length);
  return line.length <= PLACE_CHARACTERS ? line : `…${line.slice(1 - PLACE_CHARACTERS)}`;
}

function inOrder(one: Complaint, other: Complaint): number {
  const byKind = Number(one.place !== null) - Number(other.place !== null);
  return byKind || compared(one.place ?? '', other.place ?? '') || byAge(one, other);
}

function byAge(one: Complaint, other: Complaint): number {
  return one.atMs - other.atMs || compared(one.id, other.id);
}

function compared(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

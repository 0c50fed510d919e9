// The words of the commits that a landing puts on the base branch.
// It must never let a title add a line, tell anybody, or close an issue: titles come from outside.

export interface Titled {
  item: string;
  title: string;
}

/** Names an item in the message of the commit that it lands by. */
const ITEM_TRAILER = 'Onceward-Item';

const MAX_SUBJECT_CHARACTERS = 200;
/** Drawn as nothing; between a sign and what it refers to, nothing is referred to. */
const BREAK = '\u200b';
const UNSEEN = /[\p{C}\u2028\u2029\s]+/gu;
const ADDRESS = /\bhttps?:\/\//gi;
const REFERENCE = /([@#!&]|\bGH-)(?=[\p{L}\p{N}_])/giu;

/** The message of a merge of these items, in their order. */
export function mergeMessage(members: readonly Titled[]): string {
  const [only] = members;
  const isSingle = members.length === 1 && only !== undefined;
  const items = members.map(({ item }) => item).join(', ');
  const subject = isSingle
    ? `Merge ${only.item}: ${only.title}`
    : `Merge ${members.length} items: ${items}`;
  return messageOf(subject, members);
}

/** The message of the one commit that stands for all of an item's. */
export function squashMessage(member: Titled): string {
  return messageOf(`${member.item}: ${member.title}`, [member]);
}

function messageOf(subject: string, members: readonly Titled[]): string {
  const trailers = members.map(({ item }) => `${ITEM_TRAILER}: ${item}`);
  return `${subjectLine(subject)}\n\n${trailers.join('\n')}`;
}

function subjectLine(text: string): string {
  const cut = text.slice(0, 4 * MAX_SUBJECT_CHARACTERS).replace(UNSEEN, ' ');
  const line = cut.replace(ADDRESS, '').replace(REFERENCE, `$1${BREAK}`).trim();
  if (line.length <= MAX_SUBJECT_CHARACTERS) return line;
  const kept = line.slice(0, MAX_SUBJECT_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '');
  return `${kept}…`;
}

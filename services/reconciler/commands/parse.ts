// Reads what a person orders in a comment: `/onceward <verb> …` at the start of a line. Pure.
// It must never obey what is only quoted, shown as code, or hidden from whoever reads the comment.
import { COMMAND_VERBS, type CommandVerb } from '../../../machines/outside.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { toldText } from '../steps/told-text.ts';
import { spokenLines } from './spoken-lines.ts';

export type ParsedCommand =
  /** `text` is the rest of the line and whatever follows it, up to the next command; at most 4 000 characters. */
  | { verb: CommandVerb; text: string }
  /** For whoever wrote it: what is wrong with it, and what may be written. */
  | { problem: string };

/** No comment is longer; the rest is not looked at. */
const MAX_BODY_CHARACTERS = 65_536;
const TEXT_CHARACTERS = 4_000;
const VERB_CHARACTERS = 40;
const COMMAND = /^\/onceward(?:[ \t]+(\S+)(?:[ \t]+(.*))?)?[ \t]*$/i;

/** The first command of a comment; null when there is none. Case does not matter. */
export function parseCommand(body: string): ParsedCommand | null {
  const lines = spokenLines(body.slice(0, MAX_BODY_CHARACTERS));
  const first = lines.findIndex(({ text, isSpoken }) => isSpoken && COMMAND.test(text));
  if (first < 0) return null;
  const [, written, rest] = COMMAND.exec(lines[first]?.text ?? '') ?? [];
  if (written === undefined) return { problem: `/onceward of what? ${allVerbs()}` };
  const verb = COMMAND_VERBS.find((name) => name === written.toLowerCase());
  if (verb === undefined) return { problem: unknownVerb(written) };
  const following = lines.slice(first + 1);
  const next = following.findIndex(({ text, isSpoken }) => isSpoken && COMMAND.test(text));
  const told = following.slice(0, next < 0 ? following.length : next).map(({ text }) => text);
  return { verb, text: toldText([rest ?? '', ...told].join('\n'), TEXT_CHARACTERS) };
}

function unknownVerb(written: string): string {
  const nearest = nearestName(written, COMMAND_VERBS);
  const meant = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`;
  const told = toldText(written.replaceAll('`', "'"), VERB_CHARACTERS);
  return `\`${told}\` is no command.${meant} ${allVerbs()}`;
}

function allVerbs(): string {
  return `Commands are ${COMMAND_VERBS.map((verb) => `\`/onceward ${verb}\``).join(', ')}.`;
}

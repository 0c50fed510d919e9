// Makes text from outside harmless: for a prompt, and for what is posted where people and programs read it.
// It must never let through what a reader cannot see, nor what a tracker would act on.
import { stripVTControlCharacters } from 'node:util';

/** All control characters but tab and newline. */
const CONTROL = /[^\P{Cc}\n\t]/gu;
/**
 * What has no sign of its own: format characters (zero width, bidi, tags), line and paragraph separators,
 * fillers, and the selectors beyond the sixteen that emoji use, in which whole texts can be hidden.
 */
const INVISIBLE =
  /[\p{Cf}\u2028\u2029]|\u034f|\u17b4|\u17b5|[\u115f\u1160\u3164\uffa0]|[\u{e0000}-\u{e0fff}]/gu;
const HALF_PAIR = /\p{Cs}/gu;

/** Between a sign and the name behind it: it is drawn as nothing, and nobody is told. */
const BREAK = '\u200b';
/** `@name`, `@org/team`; in an address (`a@b`) it tells nobody. */
const MENTION = /(?<![\w@])@(?=[A-Za-z0-9_])/g;
/** `#123`, `team/shop#123`, GitLab's `!123` and `&123`. */
const CROSS_REFERENCE = /(?<!&)([#!&])(?=\d)/g;
const GITHUB_REFERENCE = /\bGH-(?=\d)/gi;
/** The same host under a name that leaves no reference behind. */
const GITHUB_ADDRESS =
  /https?:\/\/(?:www\.)?github\.com\/(?=[\w.-]+\/[\w.-]+\/(?:issues|pull|discussions)\/\d)/gi;
/** At the start of a line: GitLab's quick actions, and the commands of many a bot. */
const SLASH_COMMAND = /^([ \t>]{0,8})\/(?=[a-z])/gim;
const HTML_COMMENT = /<!--/g;

/** Text as it looks: without terminal commands, control and invisible characters; lines end in `\n`. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?|\u0085/g, '\n')
    .replace(CONTROL, '')
    .replace(INVISIBLE, '')
    .replace(HALF_PAIR, '\ufffd');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}

/** At most so many characters, with what is missing said. */
export function boundedText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // Half a pair would be left of a sign that is cut in two.
  const kept = text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '');
  return `${kept}\n[… ${text.length - kept.length} characters left out]`;
}

/** Text that may be posted: nobody is mentioned, no other item is referred to, no command is given. */
export function postableText(text: string): string {
  return plainText(text)
    .replace(HTML_COMMENT, '&lt;!--')
    .replace(GITHUB_ADDRESS, 'https://redirect.github.com/')
    .replace(MENTION, `@${BREAK}`)
    .replace(CROSS_REFERENCE, `$1${BREAK}`)
    .replace(GITHUB_REFERENCE, `GH-${BREAK}`)
    .replace(SLASH_COMMAND, `$1${BREAK}/`);
}

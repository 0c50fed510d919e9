// What others wrote, made fit for a record: without secrets of a known shape, control characters or an end
// that is missing. It must never be longer than it was asked to be.
import { plainText } from '../../workers/neutral-text.ts';
import { secretScrubber } from '../../workers/secret-scrubber.ts';

const scrubber = secretScrubber();

/** The text as it may be kept and passed on; at most so many characters. */
export function toldText(text: string, maxCharacters: number): string {
  return clippedText(scrubber.scrub(plainText(text)).trim(), maxCharacters);
}

/** At most so many characters, the last of them `…` where something is left out. */
export function clippedText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  if (maxCharacters < 1) return '';
  // Half a pair would be left of a sign that is cut in two.
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The first ten names, and how many more there are. */
export function namesTold(names: readonly string[]): string {
  const told = names.slice(0, MOST_NAMES).map((name) => toldText(name, NAME_CHARACTERS));
  const left = names.length - told.length;
  return `${told.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

const MOST_NAMES = 10;
const NAME_CHARACTERS = 100;

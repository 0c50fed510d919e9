// Tells the next attempt which checks failed, where to read on, and what they say of themselves.
// It must never grow beyond what a verdict may hold.
import type { Check } from '../../../transport/forge/forge.ts';
import { clippedText, toldText } from '../steps/told-text.ts';

/** As much as a verdict's summary may hold. */
const SUMMARY_CHARACTERS = 4_000;
const HEAD_CHARACTERS = 400;
const MORE_CHARACTERS = 40;

/**
 * The opening, then a paragraph for each check: those that say something come first, and each is given an
 * equal share of what room is left.
 */
export function failureSummary(opening: string, checks: readonly Check[]): string {
  const ordered = checks.filter(saysSomething).concat(checks.filter((one) => !saysSomething(one)));
  let told = clippedText(opening, HEAD_CHARACTERS);
  for (const [index, check] of ordered.entries()) {
    const left = ordered.length - index;
    const room = SUMMARY_CHARACTERS - told.length - MORE_CHARACTERS;
    const paragraph = paragraphOf(check, Math.floor(room / left) - 1, room - 1);
    if (paragraph === null) return `${told}\n- and ${left} more`;
    told += `\n${paragraph}`;
  }
  return told;
}

function saysSomething(check: Check): boolean {
  return check.summary.trim() !== '';
}

// Which checks failed matters more than what each of them says: a head may take more than its share.
function paragraphOf(check: Check, share: number, room: number): string | null {
  const url = check.url === null ? '' : `: ${toldText(check.url, 200)}`;
  const head = `- ${toldText(check.name, 150)} (${check.conclusion ?? 'pending'})${url}`;
  if (head.length > room) return null;
  const text = toldText(check.summary, Math.max(0, share - head.length - 1));
  return text.length < 2 ? head : `${head}\n${text}`;
}

// Keeps several comments in one Markdown file, each between two markers of its own.
// It must never touch what people write around them, nor let a body pass for a marker.
import type { CommentDraft } from './tracker.ts';

const END = '<!-- /onceward -->';
const ANY_MARKER = /<!--(\s*\/?\s*)onceward/gi;

/** The file with the comment in it: in its place if it is there already, otherwise at the end. */
export function withComment(
  text: string,
  { key, body }: CommentDraft,
): { text: string; outcome: 'created' | 'edited' | 'unchanged' } {
  const section = `${markerOf(key)}\n${defused(body)}\n${END}\n`;
  const [first, ...repeats] = placesOf(text, key);
  if (first === undefined) {
    const separator = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return { text: `${text}${separator}${section}`, outcome: 'created' };
  }
  // A second one was left by a program that died, or copied by hand: the first stays. Last ones go first.
  const single = repeats
    .reverse()
    .reduce((kept, place) => `${kept.slice(0, place.from)}${kept.slice(place.to)}`, text);
  const written = `${single.slice(0, first.from)}${section}${single.slice(first.to)}`;
  return { text: written, outcome: written === text ? 'unchanged' : 'edited' };
}

/** True for what begins with a marker of ours. */
export function isOwnComment(body: string): boolean {
  return /^\s*<!-- onceward:/.test(body);
}

interface Place {
  from: number;
  to: number;
}

function placesOf(text: string, key: string): Place[] {
  const marker = markerOf(key);
  const lines = [...text.matchAll(/^.*(?:\r?\n|$)/gm)].map(({ 0: line, index }) => ({
    line: line.trimEnd(),
    from: index,
    to: index + line.length,
  }));
  return lines.flatMap(({ line, from }, at) => {
    if (line !== marker) return [];
    const rest = lines.slice(at + 1);
    // Without an end of its own, a section reaches to the next one.
    const next = rest.find(
      (later) => later.line === END || later.line.startsWith('<!-- onceward:'),
    );
    if (next === undefined) return [{ from, to: text.length }];
    return [{ from, to: next.line === END ? next.to : next.from }];
  });
}

function markerOf(key: string): string {
  // A key cannot end the comment that holds it.
  return `<!-- onceward:${key.replace(/[\r\n]+/g, ' ').replaceAll('--', '- -')} -->`;
}

function defused(body: string): string {
  return body.replace(ANY_MARKER, '<!--$1(onceward)').trimEnd();
}

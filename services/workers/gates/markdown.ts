// What the gates read of Markdown: headings, links, and the text between; with line numbers.
// It must never take the square of a file's length: what it reads was written by anyone.

export interface Heading {
  /** 1 for `#`. */
  level: number;
  text: string;
  line: number;
}

export interface Link {
  target: string;
  line: number;
}

export interface Line {
  text: string;
  line: number;
}

const FENCE = /^ {0,3}(```+|~~~+)/;
const CODE_SPAN = /(?<!`)(`{1,3})(?!`)[^`]+\1(?!`)/g;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
/** `](target` and `](<target>`; parentheses within a target come in pairs. */
const INLINE_LINK = /\]\([ \t]*(?:<([^<>]*)>|((?:[^()\s<>]|\([^()\s]*\))+))/g;
const DEFINITION = /^ {0,3}\[[^\][^]+\]:[ \t]*<?([^\s<>]+)/;

/** The lines outside of fenced code, with code spans blotted out. */
export function proseOf(text: string): Line[] {
  let fence: string | null = null;
  return text.split(/\r?\n/).flatMap((whole, index) => {
    const mark = FENCE.exec(whole)?.[1] ?? null;
    const isInside = fence !== null;
    if (fence === null) fence = mark;
    else if (mark?.startsWith(fence)) fence = null;
    if (isInside || mark !== null) return [];
    return [{ text: whole.replace(CODE_SPAN, ''), line: index + 1 }];
  });
}

export function headingsOf(prose: readonly Line[]): Heading[] {
  return prose.flatMap(({ text, line }) => {
    const [, marks, title] = HEADING.exec(text) ?? [];
    if (marks === undefined || title === undefined) return [];
    return [
      {
        level: marks.length,
        text: title
          .trim()
          .replace(/(?<!#)#+$/, '')
          .trimEnd(),
        line,
      },
    ];
  });
}

export function linksOf(prose: readonly Line[]): Link[] {
  return prose.flatMap(({ text, line }) => {
    const inline = [...text.matchAll(INLINE_LINK)].map(([, bracketed, bare]) => bracketed ?? bare);
    return [...inline, DEFINITION.exec(text)?.[1]]
      .filter((target) => target !== undefined)
      .map((target) => ({ target, line }));
  });
}

// Tells the lines of a comment that its author speaks from those that are quoted, code, or hidden.
// It must never take a line for spoken in doubt: an order that is overlooked can be given again.

export interface CommentLine {
  text: string;
  isSpoken: boolean;
}

interface Fence {
  sign: string;
  length: number;
}

const QUOTE = /^ {0,3}>/;
/** CommonMark: three signs or more; what is behind backticks holds none. */
const FENCE_OPENING = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/;
const FENCE_CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

export function spokenLines(body: string): CommentLine[] {
  let fence: Fence | null = null;
  let isHidden = false;
  let isQuoted = false;
  return body.split(/\r\n|\r|\n/).map((text) => {
    if (fence !== null) {
      if (closes(text, fence)) fence = null;
      return { text, isSpoken: false };
    }
    const wasHidden = isHidden;
    isHidden = endsHidden(text, isHidden);
    // A paragraph that begins in a quote stays in it, with or without the sign, until an empty line.
    isQuoted = QUOTE.test(text) || (isQuoted && text.trim() !== '');
    if (wasHidden || isQuoted) return { text, isSpoken: false };
    fence = opened(text);
    return { text, isSpoken: fence === null };
  });
}

function opened(text: string): Fence | null {
  const [, backticks, tildes] = FENCE_OPENING.exec(text) ?? [];
  const signs = backticks ?? tildes;
  return signs === undefined ? null : { sign: signs.charAt(0), length: signs.length };
}

function closes(text: string, fence: Fence): boolean {
  const signs = FENCE_CLOSING.exec(text)?.[1] ?? '';
  return signs.startsWith(fence.sign) && signs.length >= fence.length;
}

/** Whether an HTML comment is open at the end of the line. */
function endsHidden(text: string, isHidden: boolean): boolean {
  const opening = text.lastIndexOf('<!--');
  const closing = text.lastIndexOf('-->');
  return opening === closing ? isHidden : opening > closing;
}

// Turns the HTML that Plane keeps into plain text, and Markdown into HTML for it.
// It must never let HTML in a Markdown text through as HTML, nor take longer than the text is long.
import markdownIt from 'markdown-it';

const MAX_HTML_CHARACTERS = 262_144;
const BLOCKS = ['p', 'div', 'pre', 'blockquote', 'ul', 'ol', 'table', 'tr', 'br', 'hr'];
const UNSEEN = ['script', 'style'];
const ENTITIES: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' },
  ...{ hellip: '…', mdash: '—', ndash: '–', rsquo: '’', lsquo: '‘', rdquo: '”', ldquo: '“' },
};
const markdown = markdownIt({ html: false, linkify: true, breaks: true });

export function markdownToHtml(text: string): string {
  return markdown.render(text).trim();
}

/** One line for each paragraph, item and break, with the addresses of links; for reading, not for showing. */
export function htmlToText(html: string): string {
  const inside = { pre: 0, unseen: 0 };
  let address = '';
  let text = '';
  for (const piece of piecesOf(html.slice(0, MAX_HTML_CHARACTERS))) {
    if (piece.tag === null) {
      if (inside.unseen === 0) text += decoded(inside.pre > 0 ? piece.text : flowed(piece.text));
      continue;
    }
    const { tag, isEnd, text: source } = piece;
    const step = isEnd ? -1 : 1;
    if (UNSEEN.includes(tag)) inside.unseen = Math.max(0, inside.unseen + step);
    if (tag === 'pre') inside.pre = Math.max(0, inside.pre + step);
    if (tag === 'a' && isEnd && address !== '' && !text.endsWith(address)) text += ` (${address})`;
    if (tag === 'a') address = isEnd ? '' : decoded(/\bhref="([^"]*)"/i.exec(source)?.[1] ?? '');
    text += breakAt(tag, isEnd);
  }
  return (
    text
      .split('\n')
      .map((line) => line.replace(/^ (?! )/, '').trimEnd())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      // Editors put paragraphs into items.
      .replace(/\n{1,2}-\n{1,2}/g, '\n- ')
      .replaceAll('\n\n- ', '\n- ')
      .trim()
  );
}

/** Null for text; otherwise the name of the tag. */
type Piece = { tag: null; text: string } | { tag: string; isEnd: boolean; text: string };

function* piecesOf(html: string): Generator<Piece> {
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) return yield { tag: null, text: html.slice(at) };
    if (open > at) yield { tag: null, text: html.slice(at, open) };
    const isComment = html.startsWith('<!--', open);
    const close = html.indexOf(isComment ? '-->' : '>', open);
    // What is never closed was cut off.
    if (close < 0) return;
    at = close + (isComment ? 3 : 1);
    const text = html.slice(open, at);
    const tag = isComment ? undefined : /^<\/?([a-z][a-z0-9-]*)/i.exec(text)?.[1];
    if (tag !== undefined) yield { tag: tag.toLowerCase(), isEnd: text.startsWith('</'), text };
  }
}

function breakAt(tag: string, isEnd: boolean): string {
  const level = /^h([1-6])$/.exec(tag)?.[1];
  if (level !== undefined) return isEnd ? '\n' : `\n\n${'#'.repeat(Number(level))} `;
  if (tag === 'li') return isEnd ? '' : '\n- ';
  return BLOCKS.includes(tag) ? '\n' : '';
}

// What a browser shows as one space.
function flowed(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, ...found) => {
    const [decimal, hex, name] = found as (string | undefined)[];
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

// Where a link of a document leads within its repository.
// It must never look whether anything is there.
import { posix } from 'node:path';

const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** The path from the root of the repository; null for other sites, and for headings of the same page. */
export function linkedPath(from: string, target: string): string | null {
  const [place = ''] = target.split(/[?#]/);
  if (place === '' || ELSEWHERE.test(target)) return null;
  const decoded = decodedText(place);
  const path = decoded.startsWith('/')
    ? posix.normalize(decoded).slice(1)
    : posix.join(posix.dirname(from), decoded);
  return path.replace(/\/$/, '');
}

function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

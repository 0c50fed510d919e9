// Whether a webhook comes from GitHub: it is signed with a secret that only GitHub and we know.
// It must never tell by its time how much of a signature was right.
import { verify } from '@octokit/webhooks-methods';

/** `sha256=` and 64 hexadecimal digits, as `X-Hub-Signature-256` has it. */
const FORM = /^sha256=[0-9a-f]{64}$/;

/** Compares in constant time over the bytes as they came. False for what is no signature, or no UTF-8. */
export async function isGitHubSignature(
  secret: string,
  body: Uint8Array,
  signature: string,
): Promise<boolean> {
  if (secret === '' || body.length === 0 || !FORM.test(signature)) return false;
  const text = textOf(body);
  return text !== null && verify(secret, text, signature);
}

/**
 * The library takes text. This gives back the very same bytes when it is encoded again: what is no UTF-8 is no text,
 * and a byte order mark stays.
 */
function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

// Signatures of GitHub: what they are made of, and what is none.
import { createHmac } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isGitHubSignature } from '../../../transport/github/webhook-signature.ts';
import { within } from '../../support/within.ts';

const SECRET = "It's a Secret to Everybody";

function signed(body: Uint8Array, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test(
  'the example of the documentation of GitHub is right',
  within(5_000, async () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

    assert.is(await isGitHubSignature(SECRET, bytes('Hello, World!'), signature), true);
  }),
);

test(
  'a body is signed by its bytes, also behind a byte order mark and beyond ASCII',
  within(5_000, async () => {
    const body = bytes('\ufeff{"title":"Größe 🎉"}');

    assert.is(await isGitHubSignature(SECRET, body, signed(body)), true);
    assert.is(await isGitHubSignature(SECRET, body.subarray(3), signed(body)), false);
  }),
);

test(
  'another secret, another body and another form are no signature, and nothing throws',
  within(5_000, async () => {
    const body = bytes('{}');
    const judged = (given: { secret?: string; body?: Uint8Array; signature?: string }) =>
      isGitHubSignature(
        given.secret ?? SECRET,
        given.body ?? body,
        given.signature ?? signed(body),
      );
    const notText = Uint8Array.of(0xc3, 0x28);

    assert.equal(
      await Promise.all([
        judged({}),
        judged({ secret: 'another' }),
        judged({ secret: '' }),
        judged({ body: bytes('{} ') }),
        judged({ body: new Uint8Array() }),
        judged({ body: notText, signature: signed(notText) }),
        judged({ signature: '' }),
        judged({ signature: signed(body).slice(0, -1) }),
        judged({ signature: signed(body).toUpperCase() }),
        judged({ signature: signed(body).replace('sha256', 'sha1') }),
      ]),
      [true, ...Array(9).fill(false)],
    );
  }),
);

test.run();

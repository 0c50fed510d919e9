// Trackers and forges in one word: what is read is shown the same.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forgeSchema } from '../../../services/config/forge-settings.ts';
import { trackerSchema } from '../../../services/config/tracker-settings.ts';
import {
  forgeWord,
  parseForge,
  parseTracker,
  trackerWord,
} from '../../../services/registry/tracker-words.ts';

const UUID = '0b1f8f6c-1111-4222-8333-123456789abc';

test('a word is read and shown the same', () => {
  const trackers = ['folder', 'folder:/srv/a@b', 'github:acme/shop@main', `plane:${UUID}@p`];
  const forges = ['git', 'github:acme/shop@main'];

  assert.equal(
    trackers.map((word) => trackerWord(trackerSchema.parse(parseTracker(word, undefined)))),
    trackers,
  );
  assert.equal(
    forges.map((word) => forgeWord(forgeSchema.parse(parseForge(word)))),
    forges,
  );
});

test('a label goes to the tracker, and a folder has none', () => {
  assert.is(parseTracker('github:acme/shop@main', 'agents')['label'], 'agents');
  assert.throws(() => parseTracker('folder', 'agents'), /labels, not for a folder/);
});

test('what is no such word is refused with what is', () => {
  const wrong = ['github', 'github:acme/shop', 'github:@main', 'gitlab:a/b@c', '', 'folder@main'];

  assert.equal(
    wrong.filter((word) => !refuses(() => parseTracker(word, undefined))),
    [],
  );
  assert.ok(refuses(() => parseForge('github:acme/shop')));
  assert.ok(refuses(() => parseForge('folder')));
});

function refuses(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return /: expected /.test((error as Error).message);
  }
}

test.run();

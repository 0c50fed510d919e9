// Links of an item: pages of a forge where it is known, and never anything that a browser must not follow.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemContext } from '../../../machines/item/context.ts';
import { linksOf } from '../../../services/queries/item-links.ts';
import { openItem } from '../../support/machine-steps.ts';

const SHA = 'a'.repeat(40);

function linked(repository: string, more: Partial<ItemContext> = {}, baseBranch = 'main') {
  const item = openItem([{}]).item();
  const pipeline = { ...item.pipeline, repository, baseBranch };
  return linksOf({ ...item, headSha: SHA, ...more, pipeline });
}

function urls(repository: string, more: Partial<ItemContext> = {}, baseBranch = 'main') {
  return linked(repository, more, baseBranch).map(({ url }) => url);
}

test('on a known forge repository, branches and commit have pages', () => {
  assert.equal(urls('https://github.com/acme/shop.git', {}, 'release/1.2 #x'), [
    'https://github.com/acme/shop',
    'https://github.com/acme/shop/tree/release/1.2%20%23x',
    'https://github.com/acme/shop/tree/onceward/7',
    `https://github.com/acme/shop/commit/${SHA}`,
  ]);
  assert.is(urls('https://gitlab.com/a/b/c/')[3], `https://gitlab.com/a/b/c/-/commit/${SHA}`);
});

test('elsewhere only the repository itself is linked', () => {
  assert.equal(urls('http://git.example.org/shop'), [
    'http://git.example.org/shop',
    null,
    null,
    null,
  ]);
});

test('credentials in an address go neither into the link nor into the text', () => {
  const text = JSON.stringify(linked('https://me:secret@github.com/acme/shop'));
  assert.not.match(text, 'secret');
  assert.not.match(text, 'me:');
});

test('what is neither http nor https is text only', () => {
  const all = ['/srv/git/shop', 'git@github.com:acme/shop.git', 'ssh://git@github.com/acme/shop'];
  const hostile = ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', ''];
  assert.equal(
    [...all, ...hostile].flatMap((repository) => urls(repository)).filter((url) => url !== null),
    [],
  );
});

test('before anything was pushed there is neither branch nor commit to look at', () => {
  const labels = linked('https://github.com/acme/shop', { headSha: null }).map((one) => one.label);
  assert.equal(labels, ['repository', 'base branch']);
});

test.run();

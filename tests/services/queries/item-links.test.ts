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

const ORIGIN = {
  tracker: 'github',
  source: 'github:acme/shop',
  ref: '12',
  author: 'ada',
  priority: null,
} as const;
const PULL_REQUEST = { number: 7, state: 'open', headSha: SHA, by: '' } as const;

test('an item links to the issue it was opened for, and to its pull request with where that stands', () => {
  const issue = 'https://github.com/acme/shop/issues/12';
  const pull = 'https://github.com/acme/shop/pull/7';

  const [first, second] = linked('', {
    origin: { ...ORIGIN, url: issue },
    pullRequest: { ...PULL_REQUEST, url: pull },
  });

  assert.equal(first, { label: 'issue', url: issue, text: '12 by ada' });
  assert.equal(second, { label: 'pull request', url: pull, text: '#7 (open)' });
});

test('an issue without an address, or with one that no browser should follow, is text only', () => {
  const hostile = [
    'javascript:alert(1)',
    'file:///srv/7.md',
    '/srv/7.md',
    'https://me:pw@a.test/7',
  ];

  const links = [null, ...hostile].map((url) => linked('', { origin: { ...ORIGIN, url } })[0]);

  assert.ok(links.every((link) => link?.label === 'issue' && link.url === null));
});

test('what is known of no issue and no pull request links to none', () => {
  const labels = linked('').map(({ label }) => label);

  assert.not(labels.includes('issue'));
  assert.not(labels.includes('pull request'));
});

test.run();

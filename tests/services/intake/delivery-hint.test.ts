// What each webhook makes hosts look at.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  deliveryHint,
  type Hint,
  hintName,
  isAbout,
  parseHint,
  subjectWords,
} from '../../../services/intake/delivery-hint.ts';

const SHA = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
const NONE = '0'.repeat(40);
const repository = { full_name: 'acme/shop' };
const PROJECT = '22b6fc9c-1849-45da-b103-52a3e3a6b4c1';
const ISSUE = 'f819eff4-cd50-4987-bc97-e5be1e04c94f';

/** In words: where to look, and at what; or why nowhere. */
function told(event: string, payload: unknown, source: 'github' | 'plane' = 'github'): string {
  const reading = deliveryHint(source, event, payload);
  if ('ignored' in reading) return `- ${reading.ignored}`;
  return `${reading.repository}: ${subjectWords(reading.subject)}`;
}

function of(event: string, fields: object): string {
  return told(event, { repository, ...fields });
}

test('what happens to an issue, or is said on it, is about that issue', () => {
  assert.is(of('issues', { action: 'labeled', issue: { number: 12 } }), 'acme/shop: issue 12');
  assert.is(of('issue_comment', { issue: { number: 12 } }), 'acme/shop: issue 12');
});

test('a comment on a pull request comes as one on an issue, and is about the pull request', () => {
  const issue = { number: 7, pull_request: { url: 'https://api.github.com/…' } };

  assert.is(of('issue_comment', { issue }), 'acme/shop: pull request 7');
});

test('what happens to a pull request and its reviews is about that pull request', () => {
  const events = ['', '_review', '_review_comment', '_review_thread'];

  assert.equal(
    events.map((event) => of(`pull_request${event}`, { pull_request: { number: 7 } })),
    Array(4).fill('acme/shop: pull request 7'),
  );
});

test('checks, statuses and workflows are about a commit, and its branch where there is one', () => {
  const head = { head_sha: SHA, head_branch: 'fix' };
  const run = { head_sha: SHA, check_suite: head };
  const status = (...names: string[]) =>
    of('status', { sha: SHA, branches: names.map((name) => ({ name })) });

  assert.equal(
    [
      of('check_suite', { check_suite: head }),
      of('workflow_run', { workflow_run: head }),
      of('workflow_job', { workflow_job: head }),
      of('check_run', { check_run: run }),
      status('fix'),
    ],
    Array(5).fill('acme/shop: commit 6113728 on fix'),
  );
  assert.is(of('check_run', { check_run: { head_sha: SHA } }), 'acme/shop: commit 6113728');
  assert.is(status('fix', 'main'), 'acme/shop: commit 6113728');
});

test('a push is about what its branch now points at; a tag and a removed branch are about nothing', () => {
  const push = (ref: string, after = SHA) => of('push', { ref, after });

  assert.is(push('refs/heads/feature/ä'), 'acme/shop: commit 6113728 on feature/ä');
  assert.is(push('refs/tags/v1'), '- push: a tag was moved, no branch');
  assert.is(push('refs/heads/fix', NONE), '- push: a branch was removed');
});

test('a label may be on any issue: all of the repository is looked at', () => {
  assert.is(of('label', { label: { name: 'onceward' } }), 'acme/shop: all of it');
});

test('a repository that got another name or owner is called as a configuration still calls it', () => {
  const renamed = { changes: { repository: { name: { from: 'store' } } } };
  const moved = { changes: { owner: { from: { organization: { login: 'old-inc' } } } } };

  assert.is(of('repository', renamed), 'acme/store: all of it');
  assert.is(of('repository', moved), 'old-inc/shop: all of it');
});

test('an installation is about every repository of its account', () => {
  const reading = deliveryHint('github', 'installation', {
    installation: { account: { login: 'Acme' } },
  }) as Hint;

  assert.is(reading.repository, 'Acme/*');
  assert.is(isAbout(hintName(reading), 'github:acme/shop'), true);
  assert.is(isAbout(hintName(reading), 'github:acme-labs/shop'), false);
});

test('a hint is about a repository whatever its case, and about nothing of another source', () => {
  const reading = deliveryHint('github', 'label', { repository }) as Hint;

  assert.is(isAbout(hintName(reading), 'github:Acme/Shop'), true);
  assert.is(isAbout(hintName(reading), 'github:acme/shop2'), false);
  assert.is(isAbout(hintName(reading), 'plane:acme/shop'), false);
  assert.is(isAbout('plane:*', `plane:${PROJECT}`), true);
});

test('Plane tells of an issue of a project; where it leaves the project out any may be meant', () => {
  const v1 = (event: string, data: object) =>
    told(event, { event, action: 'updated', workspace_id: PROJECT, data }, 'plane');

  assert.is(v1('issue', { id: ISSUE, project: PROJECT }), `${PROJECT}: issue ${ISSUE}`);
  assert.is(v1('issue_comment', { id: PROJECT, issue: ISSUE }), `*: issue ${ISSUE}`);
  assert.match(v1('cycle', { id: ISSUE }), /^- cycle says nothing/);
});

test('what is about nothing of ours is passed over, with a reason', () => {
  assert.is(of('ping', { zen: 'Keep it logically awesome.' }), '- ping');
  assert.is(of('star', {}), '- star changes nothing that is looked at');
  assert.is(of('constructor', {}), '- constructor changes nothing that is looked at');
});

test('a payload of any shape is a hint or a reason, and nothing throws', () => {
  const shapes = [null, 7, 'x', [], {}, { repository: { full_name: '../../etc' } }];

  assert.equal(
    shapes.map((payload) => told('issues', payload)),
    Array(6).fill('- issues names no repository'),
  );
  assert.is(of('issues', { issue: { number: -1 } }), '- issues: names no subject');
  assert.is(of('push', { ref: 'refs/heads/x', after: 'HEAD' }), '- push: names no commit');
  assert.is(told('issue', { data: { id: ISSUE } }, 'plane').slice(0, 2), '- ');
});

test('a hint is read as it was written; what is none is null', () => {
  const reading = deliveryHint('github', 'issues', { repository, issue: { number: 1 } });

  assert.equal(parseHint(JSON.stringify(reading)), reading);
  assert.equal(['', '{', 'null', '{"source":"github"}'].map(parseHint), Array(4).fill(null));
});

test.run();

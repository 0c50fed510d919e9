// Repositories: which forms are accepted, and where relative ones point.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  maskCredentials,
  repositorySchema,
  resolveRepository,
} from '../../../services/config/repository.ts';

const isAccepted = (text: string) => repositorySchema.safeParse(text).success;

test('a relative path is resolved against the folder of the file', () => {
  assert.is(resolveRepository('../shop.git', '/srv/config'), '/srv/shop.git');
  assert.is(resolveRepository('.', '/srv/config'), '/srv/config');
});

test('an absolute path stays as it is', () => {
  assert.is(resolveRepository('/git/shop.git', '/srv/config'), '/git/shop.git');
});

test('an address on another machine stays as it is', () => {
  assert.is(resolveRepository('https://example.com/a.git', '/srv'), 'https://example.com/a.git');
  assert.is(resolveRepository('git@example.com:a/b.git', '/srv'), 'git@example.com:a/b.git');
});

test('an address with credentials is refused', () => {
  assert.not(isAccepted('https://user:secret@example.com/shop.git'));
  assert.not(isAccepted('https://token@example.com/shop.git'));
  assert.not(isAccepted('ssh://git:secret@example.com/shop.git'));
});

test('an address with only a login name for ssh is accepted', () => {
  assert.ok(isAccepted('ssh://git@example.com/shop.git'));
  assert.ok(isAccepted('git@example.com:team/shop.git'));
});

test('what git would read as an option or a command is refused', () => {
  assert.not(isAccepted('--upload-pack=touch x'));
  assert.not(isAccepted('ext::sh -c whoami'));
});

test('masked text shows no credentials', () => {
  assert.is(maskCredentials('https://a:b@c/d and ssh://e@f'), 'https://***@c/d and ssh://***@f');
});

test.run();

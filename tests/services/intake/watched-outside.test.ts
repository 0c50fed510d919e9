// Whose webhooks are taken in, and which of them concern a project: as the configuration has it at the moment.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration } from '../../../services/config/load.ts';
import type { Hint } from '../../../services/intake/delivery-hint.ts';
import { createWatchedOutside } from '../../../services/intake/watched-outside.ts';

const PLANE_PROJECT = '22b6fc9c-1849-45da-b103-52a3e3a6b4c1';
const CONNECTIONS = `version: 1
connections:
  hub: { kind: github, tokenVariable: TOKEN, webhookSecretVariable: HUB_HOOK }
  hub-next: { kind: github, tokenVariable: TOKEN, webhookSecretVariable: NEXT_HOOK }
  silent: { kind: github, tokenVariable: TOKEN }
  plane: { kind: plane, workspace: acme, tokenVariable: KEY, webhookSecretVariable: PLANE_HOOK }
`;
const PROJECTS = `pipelines: { standard: { stages: [{ name: build, kind: external }] } }
projects:
  shop:
    repository: git@github.com:acme/shop.git
    pipeline: standard
    tracker: { kind: plane, connection: plane, project: ${PLANE_PROJECT}, label: onceward }
    forge: { kind: github, connection: hub, repository: Acme/Shop }
  plain: { repository: /srv/plain.git, pipeline: standard }
`;

function setup(environment: Record<string, string>) {
  const warnings: string[] = [];
  const log = {
    info() {},
    error() {},
    warn: (_: object, text: string) => void warnings.push(text),
  };
  const load = (text: string) => loadConfiguration(text, { file: 'a.yaml' });
  const configuration = load(CONNECTIONS);
  const watched = createWatchedOutside({ configuration, environment, log });
  const isOurs = (source: Hint['source'], repository: string) =>
    watched.isOurs?.({ source, repository, subject: { kind: 'repository' } });
  const follow = (text: string) => watched.follow(load(text));
  return { watched, warnings, isOurs, follow };
}

test('the secrets of all connections that have one are valid at once', () => {
  const { watched, warnings } = setup({ HUB_HOOK: 'one', NEXT_HOOK: 'two', PLANE_HOOK: 'three' });

  assert.equal(watched.secrets(), [
    { connection: 'hub', source: 'github', secret: 'one' },
    { connection: 'hub-next', source: 'github', secret: 'two' },
    { connection: 'plane', source: 'plane', secret: 'three' },
  ]);
  assert.equal(warnings, []);
});

test('a secret that is named and not there is said once, however often the configuration changes', () => {
  const { watched, warnings, follow } = setup({ HUB_HOOK: 'one', PLANE_HOOK: 'three' });
  follow(CONNECTIONS + PROJECTS);

  assert.is(watched.secrets().length, 2);
  assert.is(warnings.length, 1);
  assert.match(warnings[0] ?? '', 'NEXT_HOOK is not set');
});

test('what a project has as its tracker or its forge is ours from the moment it is a project', () => {
  const { isOurs, follow } = setup({});
  const before = isOurs('github', 'acme/shop');
  follow(CONNECTIONS + PROJECTS);
  const after = [isOurs('github', 'acme/shop'), isOurs('plane', PLANE_PROJECT)];
  const wide = [isOurs('github', 'acme/*'), isOurs('plane', '*')];
  const others = [isOurs('github', 'acme/plain'), isOurs('github', 'other/*')];
  follow(CONNECTIONS);

  assert.is(before, false);
  assert.equal([...after, ...wide], [true, true, true, true]);
  assert.equal(others, [false, false]);
  assert.is(isOurs('github', 'acme/shop'), false);
});

test.run();

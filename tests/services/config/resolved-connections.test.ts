// The secrets of connections, read from the environment of a host: what is missing is said, never thrown.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration } from '../../../services/config/load.ts';
import { resolveConnections } from '../../../services/config/resolved-connections.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----';

const configuration = loadConfiguration(
  `version: 1
connections:
  token: { kind: github, tokenVariable: GITHUB_TOKEN, webhookSecretVariable: HOOK }
  app: { kind: github, app: { id: 7, installationId: 8, privateKeyVariable: APP_KEY } }
  plane: { kind: plane, apiUrl: "http://plane.local:8000", workspace: acme, tokenVariable: PLANE_KEY }
`,
  { file: 'a.yaml' },
);

test('secrets are taken from the variables that are named, without the line break of a file', () => {
  const resolved = resolveConnections(configuration, {
    ...{ GITHUB_TOKEN: 'ghp_1\n', HOOK: 'hook', PLANE_KEY: 'plane_1', APP_KEY: `${PEM}\n` },
  });

  assert.equal(resolved.get('token'), {
    ...{ kind: 'github', apiUrl: 'https://api.github.com', token: 'ghp_1', webhookSecret: 'hook' },
  });
  assert.equal(resolved.get('plane'), {
    ...{ kind: 'plane', apiUrl: 'http://plane.local:8000', workspace: 'acme', token: 'plane_1' },
  });
  assert.equal(resolved.get('app'), {
    ...{ kind: 'github', apiUrl: 'https://api.github.com' },
    app: { id: 7, installationId: 8, privateKey: `${PEM}\n` },
  });
});

test('a variable that is not set or empty is a problem in words', () => {
  const resolved = resolveConnections(configuration, { GITHUB_TOKEN: ' ' });

  assert.equal(resolved.get('token'), {
    ...{ kind: 'github', apiUrl: 'https://api.github.com' },
    problem: 'environment variable GITHUB_TOKEN is not set on this host',
    webhookProblem: 'environment variable HOOK is not set on this host',
  });
  assert.match(resolved.get('app')?.problem ?? '', 'APP_KEY is not set');
});

test('a private key may be written on one line or in base64', () => {
  const keyOf = (APP_KEY: string) => {
    const app = resolveConnections(configuration, { APP_KEY }).get('app');
    return app?.kind === 'github' ? app.app?.privateKey : undefined;
  };

  assert.is(keyOf(PEM.replaceAll('\n', '\\n')), `${PEM}\n`);
  assert.is(keyOf(Buffer.from(PEM).toString('base64')), `${PEM}\n`);
});

test('what is no private key is a problem that does not repeat it', () => {
  const app = resolveConnections(configuration, { APP_KEY: 'hunter2' }).get('app');

  assert.match(app?.problem ?? '', 'APP_KEY holds something else than a private key');
  assert.not.match(JSON.stringify(app), 'hunter2');
});

test.run();

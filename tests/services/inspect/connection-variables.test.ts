// What the doctor says of connections: which secrets are missing here, and never what they are.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfiguration } from '../../../services/config/load.ts';
import { connectionChecks } from '../../../services/inspect/connection-variables.ts';

const { connections } = loadConfiguration(
  `version: 1
connections:
  main: { kind: github, tokenVariable: GITHUB_TOKEN, webhookSecretVariable: HOOK }
  plane: { kind: plane, workspace: acme, tokenVariable: PLANE_KEY }
`,
  { file: 'a.yaml' },
);

test('a connection whose secrets are here is well, and says how it acts', () => {
  const environment = { GITHUB_TOKEN: 'hunter2', HOOK: 'hunter3', PLANE_KEY: 'hunter4' };

  const checks = connectionChecks({ connections, environment });

  assert.equal(checks, [
    {
      ...{ name: 'connection main', isOk: true },
      detail: 'github at https://api.github.com with a token; webhooks are verified',
    },
    {
      ...{ name: 'connection plane', isOk: true },
      detail: 'plane at https://api.plane.so with a token; no webhooks are taken',
    },
  ]);
});

test('what is missing is named, all of it', () => {
  const [main] = connectionChecks({ connections, environment: {} });

  assert.is(main?.isOk, false);
  assert.match(main?.detail ?? '', 'GITHUB_TOKEN is not set');
  assert.match(main?.detail ?? '', 'HOOK is not set');
});

test.run();

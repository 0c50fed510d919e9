// Time limit: 600 s
// Goal: every transition of a deployment is taken, and a record goes where the graph says.
// Method: as for the other machines; its paths are many, and have a file, and its time, to themselves.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEPLOYMENT_SUBJECT } from './subjects.ts';
import { walkAllPaths } from './walked-paths.ts';

test('a deployment goes where its graph says, and every transition of it is taken', () => {
  const { differences, tally } = walkAllPaths(DEPLOYMENT_SUBJECT);

  assert.equal(differences, []);
  assert.equal(tally.unexercised(), []);
});

test.run();

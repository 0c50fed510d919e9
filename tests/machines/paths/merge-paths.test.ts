// Goal: every transition of a merge queue is taken, and a record goes where the graph says.
// Method: as for the other machines; its paths are many, and have a file, and its time, to themselves.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MERGE_SUBJECT } from './subjects.ts';
import { walkAllPaths } from './walked-paths.ts';

test('a merge queue goes where its graph says, and every transition of it is taken', () => {
  const { differences, tally } = walkAllPaths(MERGE_SUBJECT);

  assert.equal(differences, []);
  assert.equal(tally.unexercised(), []);
});

test.run();

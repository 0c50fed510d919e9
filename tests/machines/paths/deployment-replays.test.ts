// Time limit: 600 s
// Whichever way a deployment goes: its events, decided once more, give its records.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replayAllPaths } from './replayed-paths.ts';
import { DEPLOYMENT_SUBJECT } from './subjects.ts';

test('every transition of a deployment comes out as it was', () => {
  assert.equal(replayAllPaths(DEPLOYMENT_SUBJECT), { differing: [], unexercised: [] });
});

test.run();

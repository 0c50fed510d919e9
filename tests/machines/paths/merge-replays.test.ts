// Whichever way a merge queue goes: its events, decided once more, give its records.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replayAllPaths } from './replayed-paths.ts';
import { MERGE_SUBJECT } from './subjects.ts';

test('every transition of a merge queue comes out as it was', () => {
  assert.equal(replayAllPaths(MERGE_SUBJECT), { differing: [], unexercised: [] });
});

test.run();

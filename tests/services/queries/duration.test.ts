// Durations, as typed and as shown.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  formatDuration,
  formatRemaining,
  parseDuration,
} from '../../../services/queries/duration.ts';
import { hasCode } from '../../../transport/errors.ts';

test('every unit is read', () => {
  const texts = ['500ms', '60s', '1.5s', '10m', '2h', '7d', '0s'];
  assert.equal(texts.map(parseDuration), [500, 60_000, 1_500, 600_000, 7_200_000, 604_800_000, 0]);
});

test('a number without a unit, and anything else, is a usage error', () => {
  const texts = ['', '60', 's', '-5s', '1 s', '1w', '1e3s', '999999999d'];
  const accepted = texts.filter((text) => {
    try {
      parseDuration(text);
      return true;
    } catch (error) {
      return !hasCode(error, 'USAGE');
    }
  });
  assert.equal(accepted, []);
});

test('a duration that is too long is told so, with the longest there is', () => {
  assert.throws(() => parseDuration('367d'), '"367d" is too long: expected 366d at most');
  assert.is(parseDuration('366d'), 31_622_400_000);
});

test('a duration reads in two units at most', () => {
  const durations = [-5, 0, 850, 12_000, 252_000, 11_100_000, 187_200_000];
  assert.equal(durations.map(formatDuration), [
    '0ms',
    '0ms',
    '850ms',
    '12s',
    '4m12s',
    '3h05m',
    '2d04h',
  ]);
});

test('what is overdue says so', () => {
  assert.is(formatRemaining(90_000), 'in 1m30s');
  assert.is(formatRemaining(-90_000), '1m30s overdue');
});

test.run();

// Environment variables that only tests read.
// It must never hold one that changes what onceward does for its users.
import { z } from 'zod';
import { wholeNumber } from './whole-number-text.ts';

const MAX_TEST_JOBS = 64;
const MAX_TEST_LIMIT_S = 3_600;

export const TEST_VARIABLES = {
  testJobs: {
    name: 'ONCEWARD_TEST_JOBS',
    meaning: `How many test files run at once, 1 to ${MAX_TEST_JOBS}.`,
    fallback: '3',
    example: '3',
    isForTests: true,
    schema: wholeNumber(1, MAX_TEST_JOBS).optional(),
  },
  testLimitS: {
    name: 'ONCEWARD_TEST_LIMIT_S',
    meaning: 'How long a test file may run, in seconds, unless it states its own limit.',
    fallback: '120',
    example: '120',
    isForTests: true,
    schema: wholeNumber(1, MAX_TEST_LIMIT_S).optional(),
  },
  chromiumPath: {
    name: 'ONCEWARD_CHROMIUM',
    meaning: 'Path of the Chromium in which the tests of the page run.',
    fallback: 'looked for on PATH and in the cache, otherwise fetched into the cache',
    example: '/usr/bin/chromium',
    isForTests: true,
    schema: z.string().optional(),
  },
  fault: {
    name: 'ONCEWARD_FAULT',
    meaning:
      'Names the fault point at which the process kills itself, or `name:N` for its Nth passage; ' +
      'with `stop:` in front it stops itself there, and at every later passage.',
    fallback: 'no fault',
    example: 'after-commit:1',
    isForTests: true,
    schema: z.string().optional(),
  },
} as const;

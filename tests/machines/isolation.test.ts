// How far a stage may be kept apart: one of two kinds, with nothing in it that the kind does not know.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isolationOf, isolationProblem, isolationSchema } from '../../machines/isolation.ts';
import { endingMs, pipelineSchema } from '../../machines/pipeline.ts';
import { pipelineProblems } from '../../machines/pipeline-problems.ts';

const accepts = (value: unknown) => isolationSchema.safeParse(value).success;
const container = (more = {}) => ({ kind: 'container', image: 'agents:1', ...more });

test('without anything said, a stage is a plain process', () => {
  assert.equal(isolationOf({}), isolationSchema.parse({ kind: 'process' }));
});

test('a container has no network and every limit unless it is said otherwise', () => {
  const parsed = isolationSchema.parse(container());

  assert.is(parsed.kind === 'container' && parsed.network, 'none');
  assert.ok(
    parsed.kind === 'container' && parsed.memoryMb > 0 && parsed.cpus > 0 && parsed.pids > 0,
  );
});

test('a field of the other kind is refused', () => {
  assert.equal(
    [{ kind: 'process', image: 'agents:1' }, container({ sandbox: 'bubblewrap' })].map(accepts),
    [false, false],
  );
});

test('neither the network of the host nor that of another container can be named', () => {
  assert.equal(
    ['host', 'container:other', 'agents'].map((network) => accepts(container({ network }))),
    [false, false, true],
  );
});

test('an image cannot be an option of the command line', () => {
  assert.equal(
    ['--privileged', '-v', 'ghcr.io/team/agents:1', 'agents@sha256:00'].map((image) =>
      accepts(container({ image })),
    ),
    [false, false, true, true],
  );
});

test('a mount is an absolute path that cannot say more than a path', () => {
  const mounts = ['cache', '/cache,readonly=false', '/cache'];

  assert.equal(
    mounts.map((source) => accepts(container({ extraMounts: [{ source }] }))),
    [false, false, true],
  );
});

test('a umask is four octal digits', () => {
  assert.equal(
    ['0022', '022', '0999', '18'].map((umask) => accepts({ kind: 'process', umask })),
    [true, false, false, false],
  );
});

test('a plain process cannot be promised to have no network', () => {
  const isolation = { kind: 'process', network: false };
  const stage = { name: 'a', kind: 'command', command: 'true' };
  const problems = pipelineProblems(pipelineSchema.parse({ stages: [{ ...stage, isolation }] }));

  assert.equal(
    problems.map(({ path }) => path.join('.')),
    ['stages.0.isolation.network'],
  );
  const sandboxed = isolationSchema.parse({ ...isolation, sandbox: 'bubblewrap' });
  assert.is(isolationProblem(sandboxed), null);
});

test('a run that was opened before there was SIGINT is ended without a wait for it', () => {
  assert.is(endingMs({ killGraceMs: 5_000 }), 5_000);
  assert.is(endingMs({ killGraceMs: 5_000, interruptGraceMs: 2_000 }), 7_000);
});

test.run();

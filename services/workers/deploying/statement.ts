// What is stated of how an image was built: an in-toto statement with a SLSA provenance predicate, made and read again.
// It must never hold a secret, nor more characters than a record has room for.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Artifact, MAX_STATEMENT_CHARACTERS } from '../../../machines/deployment/artifact.ts';

/** Where the form is described. */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
const BUILD_TYPE = 'onceward:build-command/v1';

export interface BuildFacts {
  image: string;
  digest: string;
  sha: string;
  /** Without credentials. */
  repository: string;
  baseBranch: string;
  command: string;
  /** Identity of the worker that built it. */
  worker: string;
  /** Which operation of which deployment, and under which token. */
  invocation: string;
  startedAtMs: number;
  finishedAtMs: number;
}

/** Longest text of what was configured; longer ones are cut, and stand with the digest of the whole. */
const ROOMS = [2_000, 600, 200, 0] as const;

export function makeStatement(facts: BuildFacts): string {
  const texts = ROOMS.map((room) => JSON.stringify(statementOf(facts, room)));
  return texts.find((text) => text.length <= MAX_STATEMENT_CHARACTERS) ?? '';
}

function statementOf(facts: BuildFacts, room: number) {
  const repository = fitted(facts.repository, room);
  const baseBranch = fitted(facts.baseBranch, room);
  const command = fitted(facts.command, room);
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: facts.image, digest: { sha256: facts.digest.slice('sha256:'.length) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { repository, baseBranch, command },
        resolvedDependencies: [{ uri: `git+${repository}`, digest: { gitCommit: facts.sha } }],
      },
      runDetails: {
        builder: { id: `onceward:worker:${facts.worker}` },
        metadata: {
          invocationId: facts.invocation,
          startedOn: new Date(facts.startedAtMs).toISOString(),
          finishedOn: new Date(facts.finishedAtMs).toISOString(),
        },
      },
    },
  };
}

function fitted(text: string, room: number): string {
  if (text.length <= room) return text;
  const digest = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, Math.max(0, room - digest.length))}… sha256:${digest}`;
}

const said = z.string().min(1);
const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: said, digest: z.object({ sha256: said }) })).length(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.object({ repository: said, baseBranch: said, command: said }),
      resolvedDependencies: z.array(z.object({ digest: z.object({ gitCommit: said }) })).length(1),
    }),
    runDetails: z.object({
      builder: z.object({ id: said }),
      metadata: z.object({ invocationId: said, startedOn: said, finishedOn: said }),
    }),
  }),
});

/** In what the statement does not speak of the very image; empty when it does. */
export function statementProblems({ statement, image, digest, sha }: Artifact): string[] {
  const parsed = statementSchema.safeParse(parseJson(statement));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'it';
    return [`it is no statement on a build: ${where}: ${issue?.message ?? 'cannot be read'}`];
  }
  const { subject, predicate } = parsed.data;
  const [
    {
      name,
      digest: { sha256 },
    } = { name: '', digest: { sha256: '' } },
  ] = subject;
  const [source] = predicate.buildDefinition.resolvedDependencies;
  const compared = [
    ['name', image, name],
    ['digest', digest, `sha256:${sha256}`],
    ['commit', sha, source?.digest.gitCommit],
  ];
  return compared
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => `its ${what} is ${found}, expected ${expected}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

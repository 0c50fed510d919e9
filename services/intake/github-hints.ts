// What a webhook of GitHub is about. Only what names the subject is read, everything else may be of any shape.
// It must never throw.
import { z } from 'zod';
import type { Hint } from './delivery-hint.ts';

type Reading = Omit<Hint, 'source'> | { ignored: string };
type Subject = Hint['subject'] | { ignored: string };
type SubjectReader = (payload: unknown) => Subject;

const FULL_NAME = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const NO_COMMIT = /^0+$/;
const BRANCH_REF = 'refs/heads/';
const MAX_BRANCH = 255;

const fullName = z.string().regex(FULL_NAME);
const number = z.number().int().positive();
const numbered = z.object({ number });
const sha = z.string().regex(SHA);
/** A branch that is missing, or named in an unknown way, only narrows less. */
const branch = z.string().min(1).max(MAX_BRANCH).nullish().catch(null);
const head = z.object({ head_sha: sha, head_branch: branch });

const repositorySchema = z.object({ repository: z.object({ full_name: fullName }) });
const login = z.string().regex(/^[\w.-]{1,100}$/);

const SUBJECTS: Readonly<Record<string, SubjectReader>> = {
  issues: reader(z.object({ issue: numbered }), ({ issue }) => issueOf(issue.number)),
  // Whether it is that of a pull request says a field that only those have.
  issue_comment: reader(
    z.object({ issue: numbered.extend({ pull_request: z.unknown().optional() }) }),
    ({ issue }) =>
      issue.pull_request == null ? issueOf(issue.number) : pullRequestOf(issue.number),
  ),
  label: () => ({ kind: 'repository' }),
  repository: () => ({ kind: 'repository' }),
  ...Object.fromEntries(
    [
      ...['pull_request', 'pull_request_review', 'pull_request_review_comment'],
      'pull_request_review_thread',
    ].map((event) => [
      event,
      reader(z.object({ pull_request: numbered }), (payload) =>
        pullRequestOf(payload.pull_request.number),
      ),
    ]),
  ),
  check_run: reader(
    z.object({
      check_run: z.object({
        head_sha: sha,
        check_suite: z.object({ head_branch: branch }).nullish(),
      }),
    }),
    ({ check_run: run }) => commitOf(run.head_sha, run.check_suite?.head_branch),
  ),
  check_suite: reader(z.object({ check_suite: head }), (payload) => headOf(payload.check_suite)),
  workflow_run: reader(z.object({ workflow_run: head }), (payload) => headOf(payload.workflow_run)),
  workflow_job: reader(z.object({ workflow_job: head }), (payload) => headOf(payload.workflow_job)),
  status: reader(
    z.object({ sha, branches: z.array(z.object({ name: branch })).catch([]) }),
    ({ sha: of, branches }) => commitOf(of, branches.length === 1 ? branches[0]?.name : null),
  ),
  push: reader(z.object({ ref: z.string().max(1_024), after: z.string() }), pushed),
};

/** About no single repository: all of an account are to be looked at. */
const INSTALLATIONS = new Set(['installation', 'installation_repositories', 'installation_target']);

export function gitHubHint(event: string, payload: unknown): Reading {
  if (event === 'ping') return { ignored: 'ping' };
  if (INSTALLATIONS.has(event)) return accountOf(event, payload);
  const subjectOf = Object.hasOwn(SUBJECTS, event) ? SUBJECTS[event] : undefined;
  if (subjectOf === undefined) return { ignored: `${event} changes nothing that is looked at` };
  const repository = event === 'repository' ? formerName(payload) : nameIn(payload);
  if (repository === null) return { ignored: `${event} names no repository` };
  const subject = subjectOf(payload);
  if ('ignored' in subject) return { ignored: `${event}: ${subject.ignored}` };
  return { repository, subject };
}

function reader<Payload>(
  schema: z.ZodType<Payload>,
  subjectOf: (payload: Payload) => Subject,
): SubjectReader {
  return (payload) => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? subjectOf(parsed.data) : { ignored: 'names no subject' };
  };
}

function issueOf(issue: number): Subject {
  return { kind: 'issue', ref: String(issue) };
}

function pullRequestOf(pullRequest: number): Subject {
  return { kind: 'pull-request', number: pullRequest };
}

function headOf({ head_sha: of, head_branch: on }: z.infer<typeof head>): Subject {
  return commitOf(of, on);
}

function commitOf(of: string, on: string | null | undefined): Subject {
  return { kind: 'commit', sha: of, ...(on == null ? {} : { branch: on }) };
}

function pushed({ ref, after }: { ref: string; after: string }): Subject {
  if (!ref.startsWith(BRANCH_REF)) return { ignored: 'a tag was moved, no branch' };
  if (NO_COMMIT.test(after)) return { ignored: 'a branch was removed' };
  if (!SHA.test(after)) return { ignored: 'names no commit' };
  const name = branch.safeParse(ref.slice(BRANCH_REF.length)).data;
  return commitOf(after, name);
}

function nameIn(payload: unknown): string | null {
  return repositorySchema.safeParse(payload).data?.repository.full_name ?? null;
}

const renamedSchema = z.object({
  changes: z.object({ repository: z.object({ name: z.object({ from: login }) }) }),
});
const owner = z.object({ login }).nullish();
const transferredSchema = z.object({
  changes: z.object({
    owner: z.object({ from: z.object({ user: owner, organization: owner }) }),
  }),
});

/** As whoever watches it still calls it: a configuration has the old name, which GitHub goes on answering to. */
function formerName(payload: unknown): string | null {
  const present = nameIn(payload);
  if (present === null) return null;
  const [account = '', name = ''] = present.split('/');
  const formerly = renamedSchema.safeParse(payload).data?.changes.repository.name.from;
  const from = transferredSchema.safeParse(payload).data?.changes.owner.from;
  const formerAccount = from?.user?.login ?? from?.organization?.login;
  return `${formerAccount ?? account}/${formerly ?? name}`;
}

const installationSchema = z.object({
  installation: z.object({ account: z.object({ login }) }),
});
/** That of a renamed account. */
const targetSchema = z.object({ account: z.object({ login }) });

function accountOf(event: string, payload: unknown): Reading {
  const account =
    installationSchema.safeParse(payload).data?.installation.account.login ??
    targetSchema.safeParse(payload).data?.account.login;
  if (account === undefined) return { ignored: `${event} names no account` };
  return { repository: `${account}/*`, subject: { kind: 'repository' } };
}

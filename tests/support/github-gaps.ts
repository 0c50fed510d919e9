// What emulate does not have of the GitHub API, as GitHub documents it; everything else is passed on to it.
// Each route names its page. It must never keep what emulate keeps.
import { type ActionsGaps, actionsGaps } from './github-actions-gaps.ts';
import { commentRoute } from './github-comment-gaps.ts';
import { type PullGaps, pullGaps } from './github-pull-gaps.ts';
import { type Forward, type Route, refusal, success } from './github-replies.ts';

export interface GitHubGaps extends ActionsGaps, PullGaps {
  /** Resolves the review thread that begins with this comment, as its button does. */
  resolveThread(firstCommentId: number): void;
  /** So many open issues block this one. */
  dependOn(repository: string, issue: number, openBlockers: number): void;
  /** A ruleset requires these checks of a branch. */
  requireByRuleset(repository: string, branch: string, contexts: readonly string[]): void;
}

/** @param lookUp the same as `forward`, for what nobody has asked for */
export function gapRoutes(
  forward: Forward,
  lookUp: Forward,
): { answer: Forward; gaps: GitHubGaps } {
  const actions = actionsGaps();
  const pulls = pullGaps(forward, lookUp);
  const statuses = statusRoutes();
  const rules = ruleRoute();
  const threads = threadRoute(forward);
  const blockers = blockerRoute(forward);
  const routes = [
    ...[statuses, rules.route, threads.route, actions.route, pulls.route, blockers.route],
    annotationRoute(forward),
    commentRoute(lookUp),
  ];
  return {
    async answer(message) {
      for (const route of routes) {
        const reply = await route(message);
        if (reply !== null) return reply;
      }
      return forward(message);
    },
    gaps: {
      ...{ ...actions.gaps, ...pulls.gaps },
      resolveThread: threads.resolve,
      dependOn: blockers.dependOn,
      requireByRuleset: rules.require,
    },
  };
}

/** https://docs.github.com/en/rest/commits/statuses */
function statusRoutes(): Route {
  const statuses = new Map<string, Record<string, unknown>[]>();
  let lastId = 0;
  return async ({ method, path, body }) => {
    const created = /^\/repos\/([^/]+\/[^/]+)\/statuses\/([0-9a-f]{40})$/.exec(path);
    if (method === 'POST' && created !== null) {
      lastId += 1;
      const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      const given = {
        description: null,
        target_url: null,
        context: 'default',
        ...JSON.parse(body),
      };
      const status = { id: lastId, created_at: at, updated_at: at, ...given };
      const key = `${created[1]} ${created[2]}`;
      const others = (statuses.get(key) ?? []).filter(({ context }) => context !== status.context);
      statuses.set(key, [status, ...others]);
      return success(201, status);
    }
    const asked = /^\/repos\/([^/]+\/[^/]+)\/commits\/([0-9a-f]{40})\/status$/.exec(path);
    if (method !== 'GET' || asked === null) return null;
    const found = statuses.get(`${asked[1]} ${asked[2]}`) ?? [];
    const isBad = found.some(({ state }) => state === 'failure' || state === 'error');
    const isGood = found.length > 0 && found.every(({ state }) => state === 'success');
    const state = isBad ? 'failure' : isGood ? 'success' : 'pending';
    return success(200, { sha: asked[2], state, total_count: found.length, statuses: found });
  };
}

/** https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
function ruleRoute(): { route: Route; require: GitHubGaps['requireByRuleset'] } {
  const required = new Map<string, readonly string[]>();
  return {
    require: (repository, branch, contexts) =>
      void required.set(`${repository} ${branch}`, contexts),
    async route({ method, path }) {
      const [, repository, branch = ''] =
        /^\/repos\/([^/]+\/[^/]+)\/rules\/branches\/(.+)$/.exec(path) ?? [];
      if (method !== 'GET' || repository === undefined) return null;
      const contexts = required.get(`${repository} ${decodeURIComponent(branch)}`) ?? [];
      const checks = contexts.map((context) => ({ context }));
      const parameters = {
        required_status_checks: checks,
        strict_required_status_checks_policy: false,
      };
      return success(
        200,
        checks.length === 0 ? [] : [{ type: 'required_status_checks', parameters }],
      );
    },
  };
}

/** https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread */
function threadRoute(forward: Forward): { route: Route; resolve: GitHubGaps['resolveThread'] } {
  const resolved = new Set<number>();
  return {
    resolve: (id) => void resolved.add(id),
    async route(message) {
      if (message.method !== 'POST' || message.path !== '/graphql') return null;
      const { query, variables } = JSON.parse(message.body);
      if (!query.includes('reviewThreads')) return refusal(404, 'Not Found');
      const path = `/repos/${variables.owner}/${variables.repo}/pulls/${variables.number}/comments`;
      const asked = { ...message, method: 'GET', path, query: 'per_page=100', body: '' };
      const reply = await forward(asked);
      if (reply.status !== 200) return reply;
      const nodes = JSON.parse(reply.body)
        .filter((comment: { in_reply_to_id: number | null }) => comment.in_reply_to_id === null)
        .map(({ id }: { id: number }) => ({
          isResolved: resolved.has(id),
          comments: { nodes: [{ databaseId: id }] },
        }));
      const reviewThreads = { pageInfo: { hasNextPage: false, endCursor: null }, nodes };
      return success(200, { data: { repository: { pullRequest: { reviewThreads } } } });
    },
  };
}

/** https://docs.github.com/en/rest/issues/issue-dependencies, as counted in `issue_dependencies_summary` */
function blockerRoute(forward: Forward): { route: Route; dependOn: GitHubGaps['dependOn'] } {
  const blockers = new Map<string, number>();
  return {
    dependOn: (repository, issue, count) => void blockers.set(`${repository}#${issue}`, count),
    async route(message) {
      const [, repository] = /^\/repos\/([^/]+\/[^/]+)\/issues(\/\d+)?$/.exec(message.path) ?? [];
      if (message.method !== 'GET' || repository === undefined) return null;
      const reply = await forward(message);
      if (reply.status !== 200) return reply;
      const counted = (issue: { number: number }) => {
        const blocked_by = blockers.get(`${repository}#${issue.number}`) ?? 0;
        const total = { total_blocked_by: blocked_by, total_blocking: 0 };
        return { ...issue, issue_dependencies_summary: { blocked_by, blocking: 0, ...total } };
      };
      const said = JSON.parse(reply.body);
      const body = JSON.stringify(Array.isArray(said) ? said.map(counted) : counted(said));
      return { ...reply, body };
    },
  };
}

/**
 * emulate wraps the list in an object; GitHub does not.
 * https://docs.github.com/en/rest/checks/runs#list-check-run-annotations
 */
function annotationRoute(forward: Forward): Route {
  return async (message) => {
    if (!/\/check-runs\/\d+\/annotations$/.test(message.path)) return null;
    const reply = await forward(message);
    if (reply.status !== 200) return reply;
    return { ...reply, body: JSON.stringify(JSON.parse(reply.body).check_annotations) };
  };
}

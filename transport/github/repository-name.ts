// `owner/name`, taken apart as octokit wants it.
// It must never let a text through that would lead to another path of the API.
import { OncewardError } from '../errors.ts';

export interface RepositoryName {
  owner: string;
  repo: string;
}

const REPOSITORY = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\/([A-Za-z0-9._-]{1,100})$/;

/** @throws OUTSIDE_REFUSED when it is none */
export function repositoryName(text: string): RepositoryName {
  const [, owner, repo] = REPOSITORY.exec(text) ?? [];
  if (owner === undefined || repo === undefined || /^\.{1,2}$/.test(repo)) {
    throw new OncewardError(
      'OUTSIDE_REFUSED',
      `"${text}" names no repository: expected owner/name`,
    );
  }
  return { owner, repo };
}

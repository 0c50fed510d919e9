// Where a forge on GitHub is: whose credentials, which repository, and small questions that several parts ask.
import type { GitHubClient } from '../github/client.ts';
import { isRefusedWith } from '../github/failure.ts';
import type { RepositoryName } from '../github/repository-name.ts';

export interface GitHubPlace {
  client: GitHubClient;
  repository: RepositoryName;
}

/** What was asked for; null when it was refused with one of these statuses. */
export async function unlessRefused<T>(
  statuses: readonly number[],
  request: Promise<T>,
): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (isRefusedWith(error, ...statuses)) return null;
    throw error;
  }
}

/** Epoch milliseconds of GitHub's text; null for nothing. */
export function timeOf(text: string | null | undefined): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}

/** At most so many UTF-16 units, with a mark where it was cut. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

// Who wrote something on GitHub, and what they may decide.
// It must never take a program for a person.

/** As GitHub says it of the author of anything. */
export interface Author {
  login: string;
  /** `User`, `Bot`, `Organization` or `Mannequin`. */
  type?: string;
}

const COLLABORATORS = ['OWNER', 'MEMBER', 'COLLABORATOR'];
/** Of accounts that are gone. */
const NOBODY = 'ghost';

export function loginOf(author: Author | null | undefined): string {
  return author?.login ?? NOBODY;
}

export function isHuman(author: Author | null | undefined): boolean {
  return author?.type === 'User';
}

export function isCollaborator(association: string | undefined): boolean {
  return COLLABORATORS.includes(association ?? '');
}

/** Whoever may not ask who he is, is a program: people can. */
export function isOurs(author: Author | null | undefined, login: string | null): boolean {
  if (login === null) return author?.type === 'Bot';
  return author?.login.toLowerCase() === login.toLowerCase();
}

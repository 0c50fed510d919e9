// The labels by which our containers are told from all others, and from those of another state directory.

/** The state directory of the worker. */
export const STATE_LABEL = 'onceward.state';
/** The worktree or checkout it was started for. */
export const FOLDER_LABEL = 'onceward.folder';
/** The process that started it; see `ownProcessMark`. */
export const STARTER_LABEL = 'onceward.starter';

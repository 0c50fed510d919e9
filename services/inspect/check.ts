// One line of `onceward doctor`: what was looked at, and whether it is as it should be.

export interface Check {
  name: string;
  isOk: boolean;
  /** What was found; after a failure also what to do. */
  detail: string;
}

export function passed(name: string, detail: string): Check {
  return { name, isOk: true, detail };
}

export function failed(name: string, detail: string): Check {
  return { name, isOk: false, detail };
}

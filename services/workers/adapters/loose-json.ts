// Reads values out of JSON that another program wrote: anything may be missing, or something else.
// It must never throw: what is not as expected counts as absent.

export type LooseObject = Readonly<Record<string, unknown>>;

const NOTHING: LooseObject = {};

/** The object a line holds; null for anything else. */
export function parsedObject(text: string): LooseObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** An object, empty when there is none. */
export function objectIn(holder: LooseObject, name: string): LooseObject {
  const value = holder[name];
  return isObject(value) ? value : NOTHING;
}

/** The objects of a list, none when there is no list. */
export function objectsIn(holder: LooseObject, name: string): LooseObject[] {
  const value = holder[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text, empty when there is none. */
export function textIn(holder: LooseObject, name: string): string {
  const value = holder[name];
  return typeof value === 'string' ? value : '';
}

/** A finite number that is not negative; null when there is none. */
export function countIn(holder: LooseObject, name: string): number | null {
  const value = holder[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

export function isObject(value: unknown): value is LooseObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Where everything of a chart stands, in pixels from the upper left corner of the drawing. Types only.

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** The way of an arrow, from the edge of one box to the edge of another. */
export interface Route {
  points: Point[];
  /** Room for its label; null when it has none. */
  label: Box | null;
}

export interface Places {
  width: number;
  height: number;
  /** By the id of the node. */
  boxes: Readonly<Record<string, Box>>;
  /** By the id of the edge. */
  routes: Readonly<Record<string, Route>>;
}

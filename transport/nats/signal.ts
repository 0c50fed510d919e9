// Something that happens once, and that some wait for and others only ask about.

export interface Signal {
  readonly given: Promise<void>;
  isGiven(): boolean;
  give(): void;
}

export function createSignal(): Signal {
  let isGiven = false;
  let resolve = () => {};
  const given = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    given,
    isGiven: () => isGiven,
    give() {
      isGiven = true;
      resolve();
    },
  };
}

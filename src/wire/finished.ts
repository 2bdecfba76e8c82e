/** What work comes to that gives back control now and then, for whoever wants all of it at once. */
export function finished<T>(work: Generator<unknown, T, void>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

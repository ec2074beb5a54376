/**
 * Judges what several clients saw of one object: is there an order, in which each operation happens at one moment between
 * its call and its answer, that the object's sequential model allows? An operation that nobody has answered may have
 * happened at any moment after its call, or never. The search is that of Wing and Gong, with a memory of dead ends
 * (Lowe, "Testing for linearizability").
 */

/** An operation as its client saw it. Moments are numbers of one count: whoever has the smaller one came before. */
export interface Operation<Input, Output> {
  readonly input: Input;
  /** Undefined when no answer came. */
  readonly output: Output | undefined;
  readonly called: number;
  /** Infinity when no answer came. */
  readonly returned: number;
}

/** What an object may do, one operation after the other. */
export interface Model<State, Input, Output> {
  readonly initial: State;
  /** The states that an operation may leave behind; none when it cannot have been answered so in this state. */
  step(state: State, input: Input, output: Output | undefined): readonly State[];
}

/** The operations that no order explains: those that were next when the best order ended. Empty when all is well. */
export function unexplained<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const ordered = operations.toSorted((one, other) => one.called - other.called);
  const deadEnds = new Set<string>();
  let best: readonly Operation<Input, Output>[] = ordered;
  const explain = (left: readonly Operation<Input, Output>[], state: State): boolean => {
    const firstAnswer = Math.min(...left.map(({ returned }) => returned));
    if (firstAnswer === Number.POSITIVE_INFINITY) return true;
    const end = `${left.map(({ called }) => called).join()} ${JSON.stringify(state)}`;
    if (deadEnds.has(end)) return false;
    if (left.length < best.length) best = left;
    for (const [at, operation] of left.entries()) {
      if (operation.called > firstAnswer) break;
      const rest = left.toSpliced(at, 1);
      for (const next of model.step(state, operation.input, operation.output))
        if (explain(rest, next)) return true;
    }
    deadEnds.add(end);
    return false;
  };
  if (explain(ordered, model.initial)) return [];
  const firstAnswer = Math.min(...best.map(({ returned }) => returned));
  return best.filter(({ called }) => called <= firstAnswer);
}

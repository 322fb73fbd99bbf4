/** Runs steps to their end, and lets others have a turn after each. */
export async function inTurns<Result>(
  steps: Generator<undefined, Result>,
  yieldTurn: () => Promise<void>,
): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await yieldTurn();
  }
}

// How the cost of telling an event grows with a study, which the contracts of rules, strategies and sources bound.
// Both sides tell equally many events, in turns: many small studies, then one large one. A collection of garbage, a compilation or a clock
// that counts in ticks then falls on both alike, which it does not where a small study of half a millisecond stands against a large one.

/** CPU milliseconds that each side must have used before their ratio says anything. */
const ENOUGH = 100;
/** Turns at most, for what costs next to nothing. */
const MOST_TURNS = 200;

/**
 * CPU time of an event in a study of `many` trials over that in one of `few` (`many` a multiple of `few`): 1 where the cost of an event does
 * not depend on what was told before it, many / few where it grows with it. `study` prepares one and gives what tells so many trials to it;
 * preparing is not counted. CPU and not wall time, since a busy machine changes the latter.
 */
export async function growthOfCost(few: number, many: number, study: () => Tell | Promise<Tell>): Promise<number> {
  const spent = async (trials: number): Promise<number> => {
    const tell = await study();
    const start = process.cpuUsage();
    tell(trials);
    return process.cpuUsage(start).user / 1000;
  };
  await spent(few);
  let [small, large] = [0, 0];
  for (let turn = 0; turn < MOST_TURNS && Math.min(small, large) < ENOUGH; turn++) {
    for (let i = 0; i < many / few; i++) small += await spent(few);
    large += await spent(many);
  }
  return large / small;
}

type Tell = (trials: number) => void;

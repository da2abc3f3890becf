// Brackets one after another: all trials of a rung are trained to its epochs, the best of them go on to the next (successive halving;
// Hyperband is several brackets). A rung waits for its last trial, so the order of finishing changes nothing. Where a rule may stop trials within
// a rung, the best so far always go first: whoever sets the bar must train in full, and all others are held against it.
import { UsageError, type Stakes, type StoredEvent, type Strategy, type TrialId } from '../../core/index.js';
import type { Source } from '../source.js';
import { withLook, type Bracket, type Rung } from './bracket-plans.js';
import { byScore, Rungs } from './rungs.js';
import { RungStakes, type Pruning } from './rung-stakes.js';

interface Under {
  readonly bracket: Bracket;
  rung: number;
  /** Started in this bracket. */
  readonly members: TrialId[];
  /** Taken over into the current rung and not yet told to go on. */
  readonly due: TrialId[];
  /** Everybody in the current rung. */
  inRung: TrialId[];
  /** The source had nothing more: the bracket goes on with what it has. */
  dry: boolean;
}

export class BracketStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly rungs = new Rungs();
  private readonly left: Bracket[];
  private readonly pruned: RungStakes | null;
  private under: Under | null = null;
  private started = 0;

  /** `most`: trials in all; the last brackets are cut short there. `pruning`: a rule may stop trials within a rung; without it rungs rank and nothing is predicted. */
  constructor(
    settings: Strategy['settings'],
    private readonly source: Source,
    brackets: readonly Bracket[],
    private readonly most: number,
    pruning?: Pruning,
  ) {
    if (brackets.length === 0) throw new UsageError(`${settings.name}: expected at least one bracket, got none`);
    this.settings = { ...settings, source: source.settings, ...(pruning === undefined ? {} : { pruning: { ...pruning } }) };
    this.pruned = pruning === undefined ? null : new RungStakes(pruning, Math.max(...brackets.flatMap(({ rungs }) => rungs.map(({ epochs }) => epochs))));
    this.left = [...brackets];
    this.open();
  }

  tell(event: StoredEvent): void {
    // No event says that the source had nothing more, but only then does anybody go beyond a rung that is not full.
    if (event.type === 'resume' && this.under !== null && event.until > epochsOf(this.under)) this.close(this.under);
    this.rungs.tell(event);
    this.pruned?.tell(event);
    this.source.tell(event);
    if (event.type === 'start') {
      this.started++;
      this.under?.members.push(event.trial);
      this.under?.inRung.push(event.trial);
    }
    this.advance();
  }

  async ask(): ReturnType<Strategy['ask']> {
    const { under } = this;
    if (under === null) return { action: 'done' };
    const epochs = epochsOf(under);
    const [due] = under.due;
    if (due !== undefined) return { action: 'resume', trial: due, until: epochs };
    const offer = this.wantsMore(under) ? await this.source.next(this.started) : null;
    if (offer !== null) return { action: 'start', ...offer, until: epochs };
    if (this.rungs.busy() > 0) return { action: 'wait' };
    if (this.wantsMore(under)) {
      this.close(under);
      return this.ask();
    }
    return { action: 'done' };
  }

  /** Of a rung that is closed nobody is judged any more. */
  stakes(trial: TrialId): Stakes | null {
    return this.pruned !== null && this.under?.inRung.includes(trial) === true ? this.pruned.now() : null;
  }

  /** The source has nothing more: the rung is as full as it gets. */
  private close(under: Under): void {
    under.dry = true;
    this.advance();
  }

  private wantsMore(under: Under): boolean {
    return !under.dry && under.rung === 0 && under.members.length < (under.bracket.rungs[0]?.trials ?? 0) && this.started < this.most;
  }

  /** Moves on as long as a rung is complete. */
  private advance(): void {
    if (this.under !== null) this.dropGone(this.under);
    while (this.under !== null && this.isComplete(this.under)) this.promote(this.under);
  }

  /** Who went on, or was frozen or cancelled by a person, is not due any more. */
  private dropGone({ due }: Under): void {
    while (due[0] !== undefined && this.rungs.get(due[0])?.paused !== true) due.shift();
  }

  private isComplete(under: Under): boolean {
    return !this.wantsMore(under) && under.due.length === 0 && this.rungs.busy() === 0;
  }

  private promote(under: Under): void {
    const next = under.bracket.rungs[under.rung + 1];
    const reached = under.inRung.filter((trial) => this.rungs.get(trial)?.paused === true).sort(byScore(this.rungs, epochsOf(under)));
    if (next === undefined || reached.length === 0) return this.open();
    under.rung++;
    under.inRung = reached.slice(0, next.trials);
    under.due.push(...under.inRung);
    this.pruned?.open(next.epochs, under.inRung.length);
  }

  private open(): void {
    const planned = this.started < this.most ? this.left.shift() : undefined;
    if (planned === undefined) {
      this.under = null;
      return;
    }
    const [first] = planned.rungs as [Rung];
    const bracket = this.pruned?.judges(first.epochs) === true ? withLook(planned) : planned;
    this.under = { bracket, rung: 0, members: [], due: [], inRung: [], dry: false };
    this.pruned?.openBracket(first.epochs);
    this.pruned?.open(epochsOf(this.under), first.trials);
  }
}

function epochsOf({ bracket, rung }: Under): number {
  return (bracket.rungs[rung] as Rung).epochs;
}

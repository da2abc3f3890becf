// Door of the room parts: from names and options to the parts of a study.
export { spaceChoices, type Choices } from './choices.js';
export { givenSettings, isOwn, ownPart, withoutGaps, type PartSettings } from './given.js';
export { partDefaults, RULES, STRATEGIES, strategyShape, suited, type BurnInOption, type RuleName, type RuleOptions, type StrategyName, type StrategyOptions, type StrategySettings } from './options.js';
export { fullTrainings, ruleOf, ruleShape, type RuleContext, type RuleSettings } from './rule.js';
export { searchStrategy, type SearchContext } from './search-strategy.js';
export { sourceOf, type SourceContext } from './source.js';
export { SOURCES, type SourceName } from './sources.js';
export { srmRule, type SrmSettings } from './srm-settings.js';
export { strategyOf, type StrategyContext } from './strategy.js';

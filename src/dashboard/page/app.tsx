// The page's frame: where one is, whether it is live, and the view of the moment.
import { useEffect } from 'preact/hooks';
import { connected, followStudy, listing } from './store/live.js';
import { addressOf, goTo, route } from './store/route.js';
import { List } from './views/list.js';
import { Study } from './views/study.js';

export function App() {
  const { study } = route.value;
  const only = listing.value?.studies.length === 1 ? (listing.value.studies[0]?.key ?? null) : null;
  useEffect(() => followStudy(study), [study]);
  // A dashboard of one study has no list to choose from.
  useEffect(() => {
    if (study === null && only !== null) goTo(only);
  }, [study, only]);
  return (
    <>
      <header class="top">
        <a class="brand" href={addressOf(null)}>foretell</a>
        {study !== null && only === null && <a href={addressOf(null)}>all studies</a>}
        <span class={`line ${connected.value ? 'is-live' : ''}`} role="status">{connected.value ? 'live' : 'connecting'}</span>
      </header>
      <main>{study === null ? <List /> : <Study key={study} study={study} />}</main>
    </>
  );
}

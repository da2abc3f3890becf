// One study, from the first glance down to its settings.
import { listing, model, trouble, version } from '../store/live.js';
import { Curves } from './curves.js';
import { Tiles } from './tiles.js';

export function Study({ study }: { readonly study: string }) {
  void version.value;
  const { facts, standing } = model;
  const line = listing.value?.studies.find(({ key }) => key === study);
  if (listing.value !== null && line === undefined) return <p>There is no study {study} here.</p>;
  return (
    <>
      <h1>{facts?.name ?? study}</h1>
      <p class="soft">{line === undefined ? '' : `${line.data} · strategy ${line.strategy} · rule ${line.rule}`} {standing?.ended != null ? `· ended: ${standing.ended}` : ''}</p>
      {trouble.value !== null && <p class="trouble" role="alert">{trouble.value}</p>}
      {facts === null && trouble.value === null && <p class="soft">Reading the journal.</p>}
      <Tiles />
      <Curves />
    </>
  );
}

// Reads a machine's own apt sources (sources.list(5): one-line `.list` and deb822 `.sources`) and derives from them where
// its backports suite lies: same mirror, same key, same options. Pure text in, text out; changes nothing.

/**
 * One source: its fields by deb822 name in lower case, values as written.
 * @typedef {{ [field: string]: string }} Source
 */

/** The one-line format's options under their deb822 names; others are the same word. */
const OPTION_FIELDS = { arch: 'architectures', lang: 'languages', target: 'targets' };
/** Fields that say what a source is; the rest (Signed-By, Architectures, Trusted, ..) says how to read it and is kept. */
const IDENTITY = ['types', 'uris', 'suites', 'components', 'enabled'];

/** @param {string} name file name, whose end tells the format @param {string} text @returns {Source[]} enabled binary sources */
export function parseSources(name, text) {
  const sources = name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
  return sources.filter((source) => words(source.types).includes('deb') && !/^(no|false|0|off|without|disable)$/i.test(source.enabled ?? ''));
}

function parseDeb822(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines.join('\n').split(/\n\s*\n/).map(parseStanza).filter((source) => source.uris && source.suites);
}

/** A line that begins with white space goes on with the field before it (an embedded key does so). */
function parseStanza(stanza) {
  const source = {};
  let field = '';
  for (const line of stanza.split('\n')) {
    const start = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line);
    if (start) source[(field = start[1].toLowerCase())] = start[2].trimEnd();
    else if (field && /^\s+\S/.test(line)) source[field] += `\n${line.trimEnd()}`;
  }
  return source;
}

function parseOneLine(text) {
  const sources = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) continue;
    const [, types, options = '', uris, suites, components] = match;
    sources.push({ types, uris, suites, components: components.trim(), ...parseOptions(options) });
  }
  return sources;
}

function parseOptions(options) {
  const fields = {};
  for (const [, key, value] of options.matchAll(/([^\s=+-]+(?:-[^\s=+-]+)*)[+-]?=(\S+)/g)) {
    fields[OPTION_FIELDS[key.toLowerCase()] ?? key.toLowerCase()] = value.replaceAll(',', ' ');
  }
  return fields;
}

function words(text = '') {
  return text.split(/\s+/).filter(Boolean);
}

/**
 * @param {Source[]} sources @param {string} codename the release's name, as `bookworm`
 * @returns {{ suite: string, source: string | null } | null} the suite, and the `.sources` file to add (null: it is there
 *   already); null where no source gives the release's own main part
 */
export function backportsSource(sources, codename) {
  const suite = `${codename}-backports`;
  const gives = (source, name) => words(source.suites).includes(name) && words(source.components).includes('main');
  if (sources.some((source) => gives(source, suite))) return { suite, source: null };
  const release = sources.find((source) => gives(source, codename));
  if (!release) return null;
  const kept = Object.entries(release).filter(([field]) => !IDENTITY.includes(field));
  const fields = [['types', 'deb'], ['uris', release.uris], ['suites', suite], ['components', 'main'], ...kept];
  return { suite, source: fields.map(([field, value]) => `${titled(field)}:${value.startsWith('\n') ? '' : ' '}${value}\n`).join('') };
}

/** `signed-by` as `Signed-By`; apt takes any case, people read this one. */
function titled(field) {
  if (field === 'uris') return 'URIs';
  return field.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase());
}

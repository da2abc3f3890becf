// Text into markup. Everything that comes from a study passes through here: a hostile name stays text.

/** Markup that is already safe; the only way to make it is the tag below. */
export class Markup {
  constructor(readonly source: string) {}
}

/** Template tag: every inserted value is escaped, but for Markup and lists of it. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + rendered(values[i - 1] ?? '') + part));
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot end the script element that holds it. */
export function embeddedJson(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** Our own or a library's script: its text may not end the script element either. */
export function embeddedScript(source: string): Markup {
  return new Markup(source.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--'));
}

function rendered(value: string | number | Markup | readonly Markup[]): string {
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map((item) => item.source).join('');
  return escapeText(String(value));
}

import { describe, expect, it } from 'vitest';
import { renderFigures } from '../../src/report/index.js';

const page = {
  title: 'Figures </script><img src=x>', lead: 'lead',
  sections: [
    { heading: 'Words', words: ['<b>bold</b>'] },
    {
      heading: 'Chart', chart: { x: { label: 'x' }, y: { label: 'y' }, series: [{ name: 'a</script>', points: [{ x: 1, y: 2, low: 1, high: 3 }] }] },
      table: { columns: [{ title: 'kind' }, { title: 'R2', number: true }], rows: [['svr', { text: '0.94', value: 0.94 }]] },
    },
  ],
};

describe('a page of figures', () => {
  it('shows hostile text as text, alone in its file', () => {
    const file = renderFigures(page, ['/* library */']);
    expect(file).not.toContain('<img');
    expect(file).not.toContain('<b>bold');
    expect(file.match(/<\/script>/g)).toHaveLength(3); // data, library, own
    expect(file).toContain("default-src 'none'");
  });

  it('numbers its charts in the order of their data, and sorts numbers by value', () => {
    const file = renderFigures(page, []);
    expect(file).toContain('data-chart="0"');
    expect(file).toContain('<td class="n" data-v="0.94">0.94</td>');
    expect(JSON.parse(/id="study">(.*?)<\/script>/.exec(file)?.[1] ?? '')).toHaveLength(1);
  });

  it('carries a script that parses', () => {
    const scripts = [...renderFigures(page, []).matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, source]) => source ?? '');
    expect(scripts.length).toBe(1);
    expect(() => new Function(scripts[0] ?? '')).not.toThrow();
  });
});

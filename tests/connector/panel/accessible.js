// Runs in the page; see accessible.py. Text as large as a heading may have less contrast (WCAG 2.2, 1.4.3).
() => {
  const wrong = [], all = (what) => [...document.querySelectorAll(what)];
  const seen = (one) => one.checkVisibility({checkVisibilityCSS: true}) && !one.closest('[aria-hidden="true"]');
  const told = (one) => `<${one.tagName.toLowerCase()}> ${(one.id || one.className || one.textContent || '').toString().trim().slice(0, 40)}`;
  const name = (one) => (one.getAttribute('aria-label') || (one.labels && [...one.labels].map((l) => l.textContent).join('')) ||
    (one.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join('') ||
    one.textContent || one.alt || '').trim();

  if (!document.documentElement.lang) wrong.push('the page says no language');
  if (!document.title) wrong.push('the page has no title');
  if (all('main').length !== 1) wrong.push('there must be one <main>');
  if (all('h1').filter(seen).length !== 1) wrong.push('there must be one <h1>');
  for (const one of all('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=img], img'))
    if (seen(one) && !name(one)) wrong.push(`${told(one)} has no name`);
  for (const one of all('section')) if (one.hasAttribute('aria-labelledby') && !name(one)) wrong.push(`${told(one)} has no name`);
  for (const one of all('[tabindex]')) if (one.tabIndex > 0) wrong.push(`${told(one)} is put before all others`);

  let level = 0;
  for (const one of all('h1, h2, h3, h4').filter(seen)) {
    const now = Number(one.tagName[1]);
    if (now > level + 1) wrong.push(`${told(one)} skips a level`);
    level = now;
  }
  const ids = all('[id]').map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`the id ${id} is there twice`);

  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !seen(one) || one.closest('svg, .hidden')) continue;
    const style = getComputedStyle(one), [a, b] = [light(style.color), light(behind(one))].sort((x, y) => y - x);
    const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5, ratio = (a + 0.05) / (b + 0.05);
    if (ratio < needed) wrong.push(`${told(one)} has a contrast of ${ratio.toFixed(2)}, needs ${needed}`);
  }
  return [...new Set(wrong)];
}

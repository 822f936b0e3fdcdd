/** plotly.js out of the Python package, so that both are of one version: loaded once, for all pages. */

let wanted = null;

/**
 * @param {string} path of the script below app/static/, or the script itself as a data: address
 * @returns {Promise<object>} what the script calls Plotly
 */
export function plotly(path) {
  const own = path.startsWith("data:");
  wanted ??= loaded(own ? path : new URL(`app/static/${path}`, document.baseURI).href);
  return wanted.catch((error) => {
    wanted = null; // the next figure asks again
    throw error;
  });
}

function loaded(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const others = window.Plotly; // Streamlit's own, of another version, if a page has used it
    script.src = address;
    script.onload = () => {
      const own = window.Plotly;
      if (others) window.Plotly = others;
      resolve(own);
    };
    script.onerror = () =>
      reject(new Error(`Expected plotly.js at ${address.slice(0, 200)}. Received: nothing`));
    document.head.append(script);
  });
}

/** In a shadow root Plotly's own styles do not reach its figures, because they are the document's. */
export function bringStyles(root) {
  if (!(root instanceof ShadowRoot)) return;
  const sheets = [...document.querySelectorAll('style[id^="plotly.js-style"]')];
  const rules = sheets.flatMap(({ sheet }) => [...sheet.cssRules].map((rule) => rule.cssText));
  const text = rules.join("\n");
  if (root.plotlyStyles?.text === text) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const others = root.adoptedStyleSheets.filter((each) => each !== root.plotlyStyles?.sheet);
  root.adoptedStyleSheets = [...others, sheet];
  root.plotlyStyles = { text, sheet };
}

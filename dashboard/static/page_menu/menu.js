/** Closes the sidebar with its own button after a page was chosen, where it lies over the page. */

// As far as Streamlit lays the sidebar over the page; and a phone held sideways.
const NARROW = "(max-width: 768px), (max-height: 500px) and (pointer: coarse)";

function closeSidebar() {
  // It is not there if Streamlit has closed the sidebar itself.
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

function choose({ target }) {
  const isPage = target instanceof Element && target.closest("[data-testid=stSidebarNavLink]");
  if (isPage && matchMedia(NARROW).matches) setTimeout(closeSidebar); // after Streamlit's own
}

/** Called by Streamlit on every page: one listener is enough for all. */
export default function () {
  if (globalThis.capsnetPageMenu) return;
  globalThis.capsnetPageMenu = true;
  document.addEventListener("click", choose);
}

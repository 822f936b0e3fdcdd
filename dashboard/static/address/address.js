/** Gives the entry of a page in the browser's history the link that the server names. */

let taken = null; // the number of the last link, which is said again until the server sees it

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ data: { page, link, number } }) {
  const isElsewhere = page && !window.location.pathname.endsWith(`/${page}`); // gone on already
  if (link === null || number === taken || isElsewhere) return;
  taken = number;
  const address = new URL(window.location.href);
  for (const name of [...address.searchParams.keys()]) {
    if (!name.startsWith("embed")) address.searchParams.delete(name); // those are Streamlit's
  }
  for (const [name, value] of Object.entries(link)) address.searchParams.set(name, value);
  if (address.href !== window.location.href) window.history.replaceState({}, "", address);
}

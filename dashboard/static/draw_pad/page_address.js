/** Name the digit in the page's address. The server finds it there and adds no history entry. */
export function putIntoAddress(link) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(link)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  if (address.href !== window.location.href) window.history.replaceState({}, "", address);
}

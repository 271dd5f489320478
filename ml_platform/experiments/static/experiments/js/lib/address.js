/* The page's address holds what is chosen on it, so that it can be sent to others. */

/** Returns what the address tells of a name, null where nothing. */
export const told = (name) => new URLSearchParams(location.search).get(name);

/** Returns all that the address tells of a name that may stand there several times. */
export const toldAll = (name) => new URLSearchParams(location.search).getAll(name);

/** Puts values into the address; "", null and [] take a name out of it. */
export function keep(changes) {
  const query = new URLSearchParams(location.search);
  const before = query.toString();
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of [value].flat()) {
      if (one !== "" && one != null) query.append(name, one);
    }
  }
  const text = query.toString();
  if (text === before) return; // the browser takes milliseconds to write it
  history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
}

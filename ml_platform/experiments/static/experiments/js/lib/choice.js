/* Which runs are chosen to be compared: in the address, in their order, up to twenty. */

export const MOST = 20;

export class Choice extends EventTarget {
  constructor() {
    super();
    const told = new URLSearchParams(location.search).get("ids") ?? "";
    this.ids = told.split(",").filter((id) => /^\d+$/.test(id)).slice(0, MOST);
  }

  /** Position of a run among the chosen, −1 where it is none of them. */
  at(id) {
    return this.ids.indexOf(id);
  }

  toggle(id) {
    if (this.at(id) >= 0) this.#set(this.ids.filter((other) => other !== id));
    else this.add([id]);
  }

  /** Adds runs as far as there is room. */
  add(ids) {
    this.#set([...new Set([...this.ids, ...ids])].slice(0, MOST));
  }

  drop(ids) {
    this.#set(this.ids.filter((id) => !ids.includes(id)));
  }

  #set(ids) {
    this.ids = ids;
    const told = new URLSearchParams(location.search);
    if (ids.length) told.set("ids", ids.join(","));
    else told.delete("ids");
    history.replaceState(null, "", `${location.pathname}?${told}${location.hash}`);
    this.dispatchEvent(new Event("change"));
  }
}

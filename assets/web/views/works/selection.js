// Which works are chosen, while choosing.

/** @typedef {import("../../types.js").Work} Work */

export class Selection extends EventTarget {
  /** @type {Map<string, Work>} */
  #chosen = new Map();
  active = false;

  get size() {
    return this.#chosen.size;
  }

  ids() {
    return [...this.#chosen.keys()];
  }

  works() {
    return [...this.#chosen.values()];
  }

  begin() {
    this.active = true;
    this.#tell();
  }

  end() {
    this.active = false;
    this.#chosen.clear();
    this.#tell();
  }

  /** @param {Work} work @param {boolean} on */
  choose(work, on) {
    if (on) this.#chosen.set(work.id, work);
    else this.#chosen.delete(work.id);
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

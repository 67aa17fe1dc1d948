// A request that is being put together: photos by role, settings, output. The last settings of each kind are remembered.

import { recall, remember } from "../../core/memory.js";
import { me } from "../../core/session.js";

/** @typedef {import("../../types.js").Kind} Kind */
/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Output} Output */
/** @typedef {import("./photo.js").Photo} Photo */

export class Draft extends EventTarget {
  /** @param {Kind} kind @param {Output[]} outputs @param {Job | null} from a job to begin from */
  constructor(kind, outputs, from) {
    super();
    this.kind = kind;
    this.outputs = outputs;
    /** @type {Map<string, Photo[]>} */
    this.photos = new Map(kind.inputs.map(({ role }) => [role, []]));
    const last = from ?? recall(`make.${kind.kind}`, /** @type {Partial<Job>} */ ({}));
    /** @type {Record<string, string>} */
    this.settings = {};
    for (const { id, options, default: usual } of kind.settings) {
      const own = id === "quality" ? (last.quality ?? me()?.settings.quality) : last.settings?.[id];
      this.settings[id] = options.some((option) => option.id === own) ? String(own) : usual;
    }
    this.output = outputs.find((row) => row.id === last.output)?.id ?? outputs[0].id;
  }

  /** @param {"photos" | "settings"} what */
  changed(what) {
    if (what === "settings") this.keep();
    this.dispatchEvent(new Event(what));
  }

  /** @param {string} setting @param {string} value */
  choose(setting, value) {
    if (setting === "output") this.output = value;
    else this.settings[setting] = value;
    this.changed("settings");
  }

  keep() {
    const { quality, ...settings } = this.settings;
    remember(`make.${this.kind.kind}`, { settings, quality, output: this.output });
  }

  /** All photos of all roles. */
  all() {
    return [...this.photos.values()].flat();
  }

  /** True if there are enough photos and all of them have arrived. */
  get complete() {
    const enough = this.kind.inputs.every(({ role, min }) => (this.photos.get(role) ?? []).length >= min);
    return enough && this.all().every((photo) => photo.upload);
  }

  /** The body of the request. @param {Photo} [only] for one of many: this photo alone */
  request(only) {
    const { quality, ...settings } = this.settings;
    /** @type {Record<string, string | string[]>} */
    const inputs = {};
    for (const { role, max } of this.kind.inputs) {
      const ids = (only ? [only] : (this.photos.get(role) ?? [])).flatMap((photo) => photo.upload?.id ?? []);
      if (ids.length > 0) inputs[role] = max > 1 ? ids : ids[0];
    }
    return { kind: this.kind.kind, inputs, settings, quality, output: this.output };
  }
}

// Deleting works, with a few seconds to think again: until then nothing is deleted, only out of sight.

import { del } from "../../core/api.js";
import { say } from "../../core/words.js";
import { fail, toast } from "../../parts/toast.js";

/** Works that are about to go. @type {Map<string, () => void>} */
const leaving = new Map();

/** True if a work is about to be deleted and should not be shown. @param {string} id */
export const isLeaving = (id) => leaving.has(id);

/**
 * Hides works, and deletes them unless the user takes it back.
 * @param {{id: string}[]} works
 * @param {() => void} [restored]
 */
export function remove(works, restored) {
  const ids = works.map((work) => work.id);
  const finish = async () => {
    try {
      for (const id of ids) {
        if (leaving.delete(id)) await del(`/v1/works/${id}`);
      }
    } catch (error) {
      fail(error);
      restored?.();
    }
  };
  ids.forEach((id) => leaving.set(id, finish));
  toast(
    say(
      { zh: "已删除 {n} 件作品", en: { one: "{n} picture deleted", other: "{n} pictures deleted" } },
      { n: ids.length },
    ),
    {
      label: say({ zh: "撤销", en: "Undo" }),
      act: () => {
        ids.forEach((id) => leaving.delete(id));
        document.dispatchEvent(new Event("works"));
        restored?.();
      },
      ended: finish,
    },
  );
}

// Whoever closes the page has thought enough.
addEventListener("pagehide", () => new Set(leaving.values()).forEach((finish) => finish()));

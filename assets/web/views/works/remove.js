// Deleting works, with a few seconds to think again: until then nothing is deleted, only out of sight.

import { del } from "../../core/api.js";
import { say } from "../../core/words.js";
import { fail, toast } from "../../parts/toast.js";

/** Works that are about to go. @type {Map<string, () => void>} */
const leaving = new Map();

/** True if a work is about to be deleted and should not be shown. @param {string} id */
export const isLeaving = (id) => leaving.has(id);

/** Hides works, and deletes them unless the user takes it back. @param {{id: string}[]} works */
export function remove(works) {
  const ids = works.map((work) => work.id);
  let going = false;
  const finish = async () => {
    if (going) return;
    going = true;
    const answers = await Promise.allSettled(ids.map((id) => del(`/v1/works/${id}`, { keepalive: true })));
    ids.forEach((id) => leaving.delete(id));
    const failed = answers.find((answer) => answer.status === "rejected");
    if (!failed) return;
    fail(failed.reason);
    document.dispatchEvent(new Event("works"));
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
      },
      ended: finish,
    },
  );
}

// Whoever closes the page has thought enough.
addEventListener("pagehide", () => new Set(leaving.values()).forEach((finish) => finish()));

// Documents that must be accepted before a picture shows a person: asked for once, when it matters.

import { post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { Problem } from "../../core/problem.js";
import { site } from "../../core/site.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";

/**
 * Does something; if a document stands in the way, shows it, and goes on once it is accepted.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function askConsent(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "consent_required") throw error;
      if (!(await accepted(error))) throw error;
    }
  }
}

/** @param {Problem} problem @returns {Promise<boolean>} */
function accepted(problem) {
  const { document: name, version, links } = problem.body;
  const known = site.consents.find((one) => one.document === name);
  const title = (known && say(known.title)) || say({ zh: "使用条款", en: "Terms of use" });
  const url = links?.document || "/terms";
  return new Promise((answer) => {
    let agreed = false;
    const agree = button({
      label: say({ zh: "同意并继续", en: "Agree and continue" }),
      look: "primary",
      onclick: async () => {
        await post("/v1/me/consents", { document: name, version });
        agreed = true;
        box.close();
      },
    });
    const box = dialog(
      title,
      [
        h(
          "p",
          {},
          say({
            zh: "照片里有人物。继续之前，请阅读并同意：",
            en: "Your photo shows a person. Before you go on, please read and accept:",
          }),
        ),
        h("p", {}, h("a", { href: url, target: "_blank", rel: "noopener" }, title)),
        h("div", { class: "actions end" }, agree),
      ],
      { closed: () => answer(agreed) },
    );
  });
}

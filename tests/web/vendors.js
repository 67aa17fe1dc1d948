// Stand-ins for the vendors of models, that can be told to refuse: `atelier mock-providers` on a free port.

import { spawn } from "node:child_process";
import { binary, root } from "./server.js";

const START_MS = 30_000;

/** Starts them. `settings` point a server at them; `play` names the scenes of the next calls, in turn. */
export async function startVendors() {
  const child = spawn(binary, ["mock-providers", "--bind", "127.0.0.1:0"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGTERM"));
  const url = await address(child.stdout);
  return {
    settings: {
      ATELIER_NET__ALLOW: '["127.0.0.1/32"]',
      ATELIER_PROVIDERS__GEMINI__BASE_URL: `${url}/gemini`,
      ATELIER_PROVIDERS__GEMINI__API_KEY: "mock",
    },
    play: async (/** @type {string[]} */ script) => {
      const answer = await fetch(`${url}/mock/settings`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ script }),
      });
      if (!answer.ok) throw new Error(`the vendors do not play ${script}: ${answer.status} ${await answer.text()}`);
    },
    stop: () => void child.kill("SIGTERM"),
  };
}

/** Where they listen, by what they print. @param {import("node:stream").Readable} output @returns {Promise<string>} */
function address(output) {
  return new Promise((done, failed) => {
    let text = "";
    const timer = setTimeout(() => failed(new Error(`no vendors in ${START_MS} ms: ${text}`)), START_MS);
    output.on("data", (chunk) => {
      text += chunk;
      const url = text.match(/base_url = "(http:\/\/[\d.:]+)\/gemini"/)?.[1];
      if (!url) return;
      clearTimeout(timer);
      done(url);
    });
  });
}

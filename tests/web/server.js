// A server of one's own: the debug binary on a free port, in a directory that goes with it.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.ATELIER_BINARY ?? path.join(root, "target/debug/atelier");
const START_MS = 30_000;

/** Settings that make walks quick. @type {Record<string, string>} */
const usual = {
  ATELIER_SERVER__BIND: "127.0.0.1:0",
  ATELIER_RATE_LIMIT__ENABLED: "false",
  ATELIER_CREDITS__SIGNUP_BONUS: "100",
  ATELIER_LOG__LEVEL: "warn",
};

/**
 * Starts a server.
 * @param {Record<string, string>} [settings] as environment variables
 */
export async function startServer(settings = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), "atelier-web-"));
  const child = spawn(binary, ["serve", "--data-dir", directory], {
    cwd: root,
    env: { ...process.env, ...usual, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill("SIGTERM"));
  const { url, setup } = await address(child);
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { url, setup, stop };
}

/**
 * What it prints at its first start.
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, null>} child
 * @returns {Promise<{url: string, setup: string}>}
 */
function address(child) {
  return new Promise((done, failed) => {
    let text = "";
    const timer = setTimeout(() => failed(new Error(`no address in ${START_MS} ms: ${text}`)), START_MS);
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${text}`)));
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const url = text.match(/Atelier is at (\S+)/)?.[1];
      const setup = text.match(/(\S+#links\/\S+)/)?.[1];
      if (!url || !setup) return;
      clearTimeout(timer);
      done({ url, setup });
    });
  });
}

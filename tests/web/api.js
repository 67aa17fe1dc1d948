// The API from a test's side: to put things in place that the page then shows.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./server.js";

const samples = path.join(root, "assets/samples");

/** Photos that are in the repository. */
export const photos = {
  person: path.join(samples, "person.jpg"),
  garment: path.join(samples, "garment.jpg"),
  portrait: path.join(samples, "portrait.jpg"),
  product: path.join(samples, "product.jpg"),
};

/** How often a picture is waited for, a minute each time. */
const MOST_WAITS = 5;

/** Someone who calls the API. */
export class Caller {
  /** @param {string} url @param {string} token */
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  /** Opens an account. @param {string} url @param {string} username @param {string} [mode] */
  static async register(url, username, mode = "personal") {
    const nobody = new Caller(url, "");
    const answer = await nobody.call("POST", "/v1/auth/register", { username, password: PASSWORD, mode });
    return new Caller(url, answer.access_token);
  }

  /**
   * @param {string} method
   * @param {string} to
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  async call(method, to, body, headers = {}) {
    const raw = body instanceof FormData;
    const answer = await fetch(this.url + to, {
      method,
      headers: {
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...(body && !raw ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      body: raw ? body : body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) throw new Error(`${method} ${to}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** Sends a photo. @param {string} file */
  async upload(file) {
    const form = new FormData();
    form.append("file", new Blob([await readFile(file)]), path.basename(file));
    return (await this.call("POST", "/v1/uploads", form)).id;
  }

  /** Makes a picture and waits for it, also on a busy machine. @param {Record<string, unknown>} request */
  async make(request) {
    const wait = { Prefer: "wait=60" };
    let job = await this.call("POST", "/v1/jobs", request, wait);
    for (let waits = 1; job.status === "pending" || job.status === "processing"; waits += 1) {
      if (waits === MOST_WAITS) throw new Error(`${job.id} is still ${job.status} after ${waits} minutes`);
      job = await this.call("GET", `/v1/jobs/${job.id}`, undefined, wait);
    }
    return job;
  }
}

export const PASSWORD = "correct horse battery";

// A picture of a product with JavaScript (Node 18 or later, no packages): node picture.mjs PHOTO OUT
// ATELIER_URL is the server, ATELIER_KEY an API key with the scopes uploads and jobs (or an access token).
import { readFile, writeFile } from "node:fs/promises";

const { ATELIER_URL, ATELIER_KEY } = process.env;
const [photo, out] = process.argv.slice(2);

/** Sends a request; a refusal is thrown with the words of its problem. */
async function call(path, options = {}) {
  const headers = { Authorization: `Bearer ${ATELIER_KEY}`, "Accept-Language": "en", ...options.headers };
  const answer = await fetch(ATELIER_URL + path, { ...options, headers });
  if (answer.ok) return answer;
  const problem = await answer.json();
  throw new Error(`${problem.title}: ${problem.detail} ${JSON.stringify(problem.errors ?? "")}`);
}

/** The job at each of its changes, until it has ended. */
async function* events(id) {
  const stream = await call(`/v1/jobs/${id}/events`);
  let text = "";
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      if (data) yield JSON.parse(data.slice(6));
    }
  }
}

const form = new FormData();
form.append("file", new Blob([await readFile(photo)]), "photo.jpg");
const upload = await (await call("/v1/uploads", { method: "POST", body: form })).json();
const order = { kind: "product_photo", inputs: { product: upload.id }, settings: { background: "marble" } };
const headers = { "Content-Type": "application/json" };
let job = await (await call("/v1/jobs", { method: "POST", headers, body: JSON.stringify(order) })).json();
for await (job of events(job.id)) console.error(job.progress, job.message.en);
if (job.status !== "completed") throw new Error((job.error ?? job).message.en);
const picture = await fetch(job.result.images[0].url);
await writeFile(out, Buffer.from(await picture.arrayBuffer()));
console.log(out);

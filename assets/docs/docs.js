// The page at /docs: draws /openapi.json. It asks no other host.

/** @typedef {{method: string, path: string, operation: any}} Row */

const METHODS = ["get", "post", "put", "delete"];
const WORDS = {
  en: { search: "Search", body: "Body", parameters: "Parameters", answer: "Answer", refusals: "Refusals", open: "no log-in needed", other: "中文", none: "Nothing matches." },
  zh: { search: "搜索", body: "请求体", parameters: "参数", answer: "成功", refusals: "拒绝", open: "无需登录", other: "English", none: "没有符合的接口。" },
};

/** @type {"zh" | "en"} */
let language = navigator.language.startsWith("zh") ? "zh" : "en";
/** @type {any} */
let api;

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @returns {Row[]} */
function rows() {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => ({ method, path, operation: methods[method] })),
  );
  const words = /** @type {HTMLInputElement} */ (byId("search")).value.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((row) => {
    const text = `${row.method} ${row.path} ${row.operation.summary} ${row.operation["x-summary-zh"]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A schema in the form of an example. @param {any} schema @param {number} depth @returns {unknown} */
function sketch(schema, depth = 0) {
  if (!schema || depth > 4) return "…";
  if (schema.$ref) return sketch(api.components.schemas[schema.$ref.split("/").pop()], depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((/** @type {any} */ part) => sketch(part, depth)));
  if (schema.anyOf) return sketch(schema.anyOf[0], depth);
  if (schema.enum) return schema.enum.join(" | ");
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type;
  if (type === "array") return [sketch(schema.items, depth + 1)];
  if (type === "object" && schema.properties) {
    const members = Object.entries(schema.properties).map(([name, member]) => [name, sketch(member, depth + 1)]);
    return Object.fromEntries(members);
  }
  return schema.format ?? type ?? "…";
}

/** @param {unknown} value */
function code(value) {
  return element("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));
}

/** @param {[string, string][]} lines */
function table(lines) {
  const cells = lines.map(([name, text]) =>
    element("tr", {}, element("td", {}, element("code", {}, name)), element("td", {}, text)),
  );
  return element("table", {}, element("tbody", {}, ...cells));
}

/** @param {Row} row */
function details(row) {
  const { operation } = row;
  const words = WORDS[language];
  const body = element("div", { class: "body" });
  if (operation.security?.length === 0) body.append(element("h3", {}, words.open));
  if (operation.parameters) {
    const lines = operation.parameters.map((/** @type {any} */ p) => [p.name, `${p.in} · ${p.description ?? sketch(p.schema)}`]);
    body.append(element("h3", {}, words.parameters), table(lines));
  }
  const media = operation.requestBody?.content["application/json"];
  if (media) body.append(element("h3", {}, words.body), code(media.example), code(sketch(media.schema)));
  const statuses = Object.entries(operation.responses);
  const [status, success] = statuses[0];
  const [type, shape] = Object.entries(success.content ?? {})[0] ?? ["", null];
  body.append(element("h3", {}, `${words.answer}: ${status} ${type}`));
  if (type === "application/json") body.append(code(sketch(shape.schema)));
  const refusals = statuses.slice(1).map(([number, refusal]) => {
    const examples = refusal.content?.["application/problem+json"]?.examples ?? {};
    return /** @type {[string, string]} */ ([number, Object.keys(examples).join(", ")]);
  });
  body.append(element("h3", {}, words.refusals), table(refusals));
  return body;
}

/** @param {Row} row */
function card(row) {
  const what = language === "zh" ? row.operation["x-summary-zh"] : row.operation.summary;
  const card = element(
    "details",
    { id: row.operation.operationId },
    element(
      "summary",
      {},
      element("span", { class: "method" }, row.method.toUpperCase()),
      element("span", { class: "path" }, row.path),
      element("span", { class: "what" }, what),
    ),
  );
  card.addEventListener("toggle", () => card.children.length > 1 || card.append(details(row)));
  return card;
}

function draw() {
  const groups = Map.groupBy(rows(), (row) => row.operation.tags[0]);
  const links = [];
  const parts = [];
  for (const [tag, members] of [...groups].sort()) {
    links.push(element("a", { href: `#tag-${tag}` }, tag, element("small", {}, String(members.length))));
    parts.push(element("h2", { id: `tag-${tag}` }, tag), ...members.map(card));
  }
  byId("tags").replaceChildren(...links);
  byId("operations").replaceChildren(...(parts.length ? parts : [element("p", {}, WORDS[language].none)]));
  byId("about").textContent = api.info.description;
  byId("search-label").textContent = WORDS[language].search;
  byId("language").textContent = WORDS[language].other;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

const answer = await fetch("/openapi.json");
api = await answer.json();
byId("search").addEventListener("input", draw);
byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  draw();
});
draw();

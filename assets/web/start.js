// The start page's one task with a script: spending a one-time link, `/#links/{token}`. The token stands behind the
// hash, so that it is in no log and in no Referer.

const chinese = document.documentElement.lang.startsWith("zh");
const say = (zh, en) => (chinese ? zh : en);

const titles = {
  setup: say("设置管理员", "Set up the administrator"),
  invite: say("接受邀请", "Accept the invitation"),
  reset: say("重设密码", "Set a new password"),
};

const section = document.getElementById("link");
const form = section.querySelector("form");
const status = section.querySelector("p");

/** Calls the API and answers the body, or throws the problem's detail. */
async function call(path, init) {
  const language = { "Accept-Language": chinese ? "zh" : "en" };
  const answer = await fetch(path, { ...init, headers: { ...language, ...init?.headers } });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.errors?.[0]?.detail ?? body.detail);
  }
  return body;
}

/** Asks what the link is for and shows the form that it needs. */
async function open(token) {
  section.hidden = false;
  try {
    const { purpose } = await call(`/v1/links/${token}`);
    section.querySelector("h2").textContent = titles[purpose];
    const username = form.elements.namedItem("username");
    username.disabled = purpose === "reset";
    username.closest("label").hidden = purpose === "reset";
    form.addEventListener("submit", (event) => spend(event, token));
  } catch (error) {
    form.hidden = true;
    status.textContent = error.message;
  }
}

async function spend(event, token) {
  event.preventDefault();
  try {
    const body = JSON.stringify(Object.fromEntries(new FormData(form)));
    const headers = { "Content-Type": "application/json" };
    await call(`/v1/links/${token}`, { method: "POST", headers, body });
    form.hidden = true;
    status.textContent = say("完成，现在可以登录了。", "Done. You can log in now.");
    history.replaceState(null, "", "/");
  } catch (error) {
    status.textContent = error.message;
  }
}

const token = location.hash.match(/^#links\/([\w-]+)$/)?.[1];
if (token) {
  open(token);
}

// Shows each choice at once, and copies code; without it the form does the same at a click.
const form = document.getElementById("choose");
const place = document.getElementById("content");
let asking;

const copyButton = (code) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = place.dataset.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = place.dataset.copied;
    } catch {
      // Only safe pages may write the clipboard; what is selected can be copied by hand.
      getSelection().selectAllChildren(code);
    }
  });
  return button;
};

const addButtons = (root) => {
  for (const code of root.querySelectorAll("pre > code")) code.parentNode.after(copyButton(code));
};

const openNames = (root) =>
  [...root.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);

const show = (page, url) => {
  const names = openNames(place);
  place.replaceChildren(...page.getElementById("content").children);
  for (const details of place.querySelectorAll("details"))
    details.open = names.includes(details.firstElementChild.textContent);
  addButtons(place);
  history.replaceState(null, "", url);
};

const choose = () => {
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form)).toString();
  asking?.abort();
  asking = new XMLHttpRequest();
  asking.responseType = "document";
  asking.open("GET", url);
  place.ariaBusy = "true";
  asking.onload = ({ target }) => {
    if (target.status === 200 && target.response) show(target.response, url);
  };
  asking.onloadend = () => (place.ariaBusy = "false");
  asking.send();
};

form.addEventListener("change", choose);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  choose();
});
addButtons(document);

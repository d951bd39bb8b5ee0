/** The card of an order: offers an invitation and, where there is one, buyer protection. */

import { amountIn } from "../engine/amounts";
import { type Guarantee, isMarked } from "../engine/badges";
import { announce, html } from "../engine/dom";
import { guarded } from "../engine/guard";
import type { Scene } from "../engine/scenes";
import { dayIn, filled, majorOf, moneyIn, type Words } from "../engine/words";
import { closeButton } from "./card";
import { link, pageUrl } from "./content";
import { type Answer, handOver, Refused, send } from "./handing";
import type { Order, Wish } from "./orders";
import { panelOf, show } from "./panels";

const COUNTRIES =
  "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK";

/** What the page printed, as people write it; as it stands where that cannot be read. */
const amountOf = ({ amount = "", currency = "" }: Order, language: string): string => {
  const number = amountIn(amount);
  return number != null && /^[A-Z]{3}$/.test(currency)
    ? moneyIn(language, number, currency)
    : `${amount} ${currency}`;
};

const choice = (text: string): [HTMLElement, HTMLInputElement] => {
  const box = html("input", { type: "checkbox" }) as HTMLInputElement;
  return [html("label", { class: "choice" }, box, html("b", {}, text)), box];
};

const countries = (words: Words, language: string): [HTMLElement, HTMLSelectElement] => {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const options = COUNTRIES.split(" ").map((code) => [names.of(code)!, code] as const);
  options.sort(([a], [b]) => a.localeCompare(b, language));
  const select = html(
    "select",
    {},
    html("option", { value: "" }, "–"),
    ...options.map(([name, value]) => html("option", { value }, name)),
  ) as HTMLSelectElement;
  return [html("label", { class: "country" }, words.country, select), select];
};

const confirmation = ({ protection, review }: Answer, words: Words, language: string): string[] => {
  const said = [];
  if (protection) {
    const { cover, currency, end } = protection;
    const amount = moneyIn(language, majorOf(cover, currency), currency);
    // It ends at midnight, and whoever reads of a day takes it as one that still counts.
    const last = new Date(Date.parse(end) - 1).toISOString();
    said.push(filled(words.doneProtection, { amount, date: dayIn(language, last) }));
  }
  if (review) said.push(words.doneReview);
  return said.length ? said : [words.doneNothing];
};

/** What would be covered for who lives in `country`, and what would not. */
const coverOf = (order: Order, { tiers }: Guarantee, country: string, words: Words, language: string) => {
  const own = tiers.find((tier) => tier.country == country) ?? tiers.at(-1)!;
  const { amountMinor, currency } = own;
  const most = majorOf(amountMinor, currency);
  const price = order.currency == currency ? (amountIn(order.amount ?? "") ?? 0) : 0;
  const money = (amount: number) => ({ amount: moneyIn(language, amount, currency) });
  const said = filled(words.coverMost, money(price ? Math.min(price, most) : most));
  return price > most ? `${said} ${filled(words.coverRest, money(price - most))}` : said;
};

/** The choices of the card; none is made beforehand. */
const choices = (scene: Scene, words: Words, order: Order) => {
  const { guarantee, language } = scene.badge;
  const [review, wantsReview] = choice(words.wantReview);
  const parts = [review];
  const boxes: [Wish, HTMLInputElement][] = [["review", wantsReview]];
  let country: HTMLSelectElement | undefined;
  if (guarantee && isMarked(scene.badge)) {
    const { days, guarantor } = guarantee;
    const [protection, box] = choice(filled(words.wantProtection, { days }));
    const [residence, select] = countries(words, language);
    const cover = html("p", { "aria-live": "polite" });
    select.onchange = () => {
      const { value } = select;
      cover.textContent = value && coverOf(order, guarantee, value, words, language);
    };
    parts.push(
      protection,
      html("p", { class: "quiet" }, filled(words.covers, { guarantor })),
      residence,
      cover,
      html("p", {}, link(pageUrl(scene, "protection/terms"), words.terms)),
    );
    boxes.push(["protection", box]);
    country = select;
  }
  const wants = () => boxes.filter(([, { checked }]) => checked).map(([wish]) => wish);
  return { parts, wants, country: () => country?.value ?? "" };
};

/** Shows the card. */
export const offerCard = (scene: Scene, words: Words, order: Order): HTMLElement => {
  const { badge, engine, host } = scene;
  const { language, texts } = badge;
  const { parts, wants, country } = choices(scene, words, order);
  const sent = html("pre", { tabindex: 0 });
  const status = html("p", { role: "status" });
  const submit = html("button", { class: "button", part: "button", type: "submit" }, words.send);
  const dismiss = html("button", { class: "link", type: "button" }, words.dismiss);
  const body = () => handOver(order, badge, wants(), country());
  const tell = () => (sent.textContent = JSON.stringify(body(), null, 1));
  const close = () => panel.remove();

  const hand = async () => {
    const wanted = wants();
    if (!wanted.length) return words.chooseFirst;
    if (wanted.includes("protection") && !country()) return words.countryFirst;
    const said = confirmation(await send(engine, body()), words, language);
    form.replaceChildren(status);
    announce(host, "trust-order-sent", { wants: wanted });
    return said.join(" ");
  };

  const what = { number: order.orderNumber, amount: amountOf(order, language) };
  const offered = html(
    "div",
    { class: "body" },
    html("p", {}, filled(words.orderWhat, what)),
    html("p", { class: "quiet" }, words.orderNothing),
    ...parts,
    html("details", {}, html("summary", {}, words.showSent), sent),
    link(pageUrl(scene, "reviews/how#data"), words.privacy),
  );
  const row = html("div", { class: "row" }, submit, dismiss);
  const form = html("form", { part: "form" }, offered, status, row);
  const panel = panelOf(
    words.orderTitle,
    "card",
    html("h2", { part: "heading" }, words.orderTitle),
    closeButton(texts.close!, close),
    form,
  );
  panel.classList.add("order");
  form.onchange = guarded(tell);
  tell();
  dismiss.onclick = close;
  form.onsubmit = (event) => {
    event.preventDefault();
    guarded(async () => {
      submit.toggleAttribute("disabled", true);
      status.textContent = await hand().catch(
        (error) => `${words.failed} ${error instanceof Refused ? error.message : ""}`,
      );
      submit.toggleAttribute("disabled", false);
    })();
  };
  // A handler that returns false would take every other key away from the form.
  panel.onkeydown = ({ key }) => {
    if (key == "Escape") close();
  };
  show(panel, scene);
  return panel;
};

/** Reviews side by side, moved by keys, buttons and, where nobody minds, by themselves. */

import { html, svg } from "../engine/dom";
import { guarded } from "../engine/guard";
import type { Words } from "../engine/words";

const PERIOD_MS = 6_000;
const SHAPES = {
  previous: "M10 3L5 8l5 5",
  next: "M6 3l5 5-5 5",
  pause: "M5.5 3v10M10.5 3v10",
  play: "M5 3l7 5-7 5z",
};

type Sign = keyof typeof SHAPES;

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

const name = (button: HTMLElement, sign: Sign, words: Words): void => {
  button.title = words[sign];
  button.setAttribute("aria-label", words[sign]);
  button.replaceChildren(
    svg(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("path", { d: SHAPES[sign] }),
    ),
  );
};

/** Goes by one review; from the last it goes on with the first, and back. */
const move = (track: HTMLElement, steps: number): void => {
  const [one, two] = track.children as unknown as HTMLElement[];
  const stride = two ? two.offsetLeft - one!.offsetLeft : track.clientWidth;
  const end = track.scrollWidth - track.clientWidth;
  const left = track.scrollLeft;
  const isOver = steps > 0 ? left > end - stride / 2 : left < stride / 2;
  const to = isOver ? (steps > 0 ? 0 : end) : left + steps * stride;
  track.scrollTo({ left: to, behavior: isCalm.matches ? "auto" : "smooth" });
};

/** Runs until `signal` is aborted. It rests while somebody reads, and stops for good when moved. */
export const carouselOf = (
  items: HTMLElement[],
  label: string,
  words: Words,
  signal: AbortSignal,
): HTMLElement => {
  const track = html("ul", { class: "track", role: "list", tabindex: 0, "aria-label": label }, ...items);
  const sign = (named: Sign) => {
    const button = html("button", { class: "sign", part: "button", type: "button" });
    name(button, named, words);
    return button;
  };
  const [previous, rest, next] = [sign("previous"), sign("pause"), sign("next")];
  const region = html(
    "div",
    { role: "group", "aria-label": label },
    track,
    html("div", { class: "signs" }, previous, rest, next),
  );
  let timer = 0;
  let isRunning = false;
  const run = (runs: boolean) => {
    isRunning = runs;
    name(rest, runs ? "pause" : "play", words);
  };
  const go = (steps: number) => () => {
    run(false);
    move(track, steps);
  };
  const tick = guarded(() => {
    if (signal.aborted) return clearInterval(timer);
    const isRead = region.matches(":hover, :focus-within") || document.hidden;
    if (isRunning && !isRead && !isCalm.matches) move(track, 1);
  });
  run(!isCalm.matches);
  previous.onclick = go(-1);
  next.onclick = go(1);
  rest.onclick = () => run(!isRunning);
  timer = window.setInterval(tick, PERIOD_MS);
  return region;
};

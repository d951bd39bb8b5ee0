// A long series of days to be looked at closely; without this file the drawings beside it remain.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();

  const draw = (place) => {
    const series = JSON.parse(place.dataset.series);
    const seconds = series.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
    const day = new Intl.DateTimeFormat(series.language, { dateStyle: "medium", timeZone: "UTC" });
    const short = new Intl.DateTimeFormat(series.language, { month: "short", day: "numeric", timeZone: "UTC" });
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
    place.hidden = false;
    const chart = new uPlot(
      {
        width: place.clientWidth,
        height: 260,
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
        scales: { count: { range: (_, __, most) => [0, Math.max(most, 2)] }, mean: { range: [1, 5] } },
        series: [
          { label: series.day, value: (_, at) => (at === null ? "–" : day.format(at * 1000)) },
          { label: series.reviews, scale: "count", stroke: colour("--one"), fill: `${colour("--one")}22`, width: 1 },
          { label: series.mean, scale: "mean", stroke: colour("--two"), width: 2, spanGaps: false, points: { show: true, size: 4 } },
        ],
        axes: [
          { ...axis, values: (_, all) => all.map((at) => short.format(at * 1000)) },
          { ...axis, scale: "count", incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
          { ...axis, scale: "mean", side: 1, grid: { show: false }, incrs: [1] },
        ],
      },
      [seconds, series.counts, series.means],
      place,
    );
    new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 260 })).observe(place);
  };

  const all = () => document.querySelectorAll(".closely[data-series]").forEach(draw);
  document.addEventListener("DOMContentLoaded", all, { once: true });
})();

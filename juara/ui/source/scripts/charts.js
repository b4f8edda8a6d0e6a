// Charts with axes. This bundle is asked for by the pages that hold one (modules.js).
//
// <juara-chart data-chart="…"> draws what the server worked out: values, and every text. It draws in a
// shadow root, where a morph of the page around it does not reach; when its numbers change, it moves
// to them. The colours it hands to ECharts are only names: the style below turns each into a token,
// so that themes, the other scheme of a part of a page, and paper follow by themselves.
import { BarChart, LineChart } from "echarts/charts";
import { GridSimpleComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridSimpleComponent, TooltipComponent, SVGRenderer]);

const TOKENS = {
  accent: "accent", neutral: "ink-faint", good: "good", warn: "warn", bad: "bad", gold: "gold",
  ink: "ink", soft: "ink-soft", grid: "line", raised: "raised", surface: "surface",
};
const NAMES = Object.fromEntries(Object.keys(TOKENS).map((key, at) => [key, `#facade${(at + 16).toString(16)}`]));
const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
// More points than this are a course, not single ones.
const MOST_SYMBOLS = 40;

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:host { display: block } .drawing { inline-size: 100%; block-size: 100%; direction: ltr }
  ${Object.entries(TOKENS).map(([key, token]) => `[fill="${NAMES[key]}"] { fill: var(--${token}) } [stroke="${NAMES[key]}"] { stroke: var(--${token}) }`).join("\n")}
  @media print { .drawing, .drawing div { inline-size: 100% !important; block-size: auto !important } svg { position: static !important; inline-size: 100%; block-size: auto } }`,
);

function drawn(series, at) {
  const colour = NAMES[series.kind === "target" ? "ink" : series.tone];
  const shared = { id: `${at}`, name: series.name, data: series.values, emphasis: { disabled: true }, color: colour };
  if (series.kind === "bar") {
    // Bars that stand for what is expected are empty inside.
    const itemStyle = series.dashed
      ? { color: "transparent", borderColor: colour, borderWidth: 1.5, borderType: "dashed" }
      : { color: colour, borderRadius: [3, 3, 0, 0] };
    return { ...shared, type: "bar", itemStyle, barMaxWidth: 44, barGap: "15%" };
  }
  const isTarget = series.kind === "target";
  return {
    ...shared,
    type: "line",
    step: isTarget && new Set(series.values).size > 1 ? "middle" : false,
    symbol: isTarget ? "none" : SYMBOLS[at % SYMBOLS.length],
    symbolSize: 6,
    showSymbol: series.values.length <= MOST_SYMBOLS,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: isTarget ? 1.5 : 2, type: isTarget || series.dashed ? "dashed" : "solid" },
    areaStyle: series.kind === "area" ? { color: colour, opacity: 0.16 } : null,
    z: isTarget ? 4 : 3,
  };
}

function options({ points, ticks, series }, { font, size, isBackwards, isCalm }) {
  const text = { color: NAMES.soft, fontFamily: font, fontSize: size };
  const nearest = (value) => ticks.reduce((best, tick) => (Math.abs(tick[0] - value) < Math.abs(best[0] - value) ? tick : best))[1];
  const hasBars = series.some((each) => each.kind === "bar");
  return {
    animation: !isCalm,
    animationDuration: 300,
    animationDurationUpdate: 300,
    textStyle: text,
    grid: { left: 2, right: 10, top: 10, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel", show: false },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      transitionDuration: 0,
      backgroundColor: NAMES.raised,
      borderColor: NAMES.grid,
      borderWidth: 1,
      textStyle: { ...text, color: NAMES.ink, lineHeight: size * 1.5 },
      axisPointer: { type: hasBars ? "shadow" : "line", shadowStyle: { color: NAMES.neutral, opacity: 0.12 }, lineStyle: { color: NAMES.neutral, type: "solid" }, animation: false },
      formatter: ([first]) => [points[first.dataIndex], ...series.map((each) => `${each.name}: ${each.texts[first.dataIndex]}`)].join("\n"),
    },
    xAxis: {
      type: "category",
      data: points,
      inverse: isBackwards,
      boundaryGap: hasBars,
      axisLine: { lineStyle: { color: NAMES.neutral } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      position: isBackwards ? "right" : "left",
      min: ticks[0][0],
      max: ticks.at(-1)[0],
      interval: ticks[1][0] - ticks[0][0],
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: NAMES.grid } },
      axisLabel: { ...text, formatter: nearest },
    },
    series: series.map(drawn),
  };
}

class Chart extends HTMLElement {
  static observedAttributes = ["data-chart"];

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.place = document.createElement("div");
      this.place.className = "drawing";
      this.shadowRoot.append(this.place);
    }
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this);
    this.draw();
  }

  disconnectedCallback() {
    this.sizes.disconnect();
    this.instance?.dispose();
    this.instance = null;
  }

  attributeChangedCallback() {
    if (this.shadowRoot && this.isConnected) this.draw();
  }

  draw() {
    // Without a size there is nothing to draw on: a tab that is not shown, a folded part.
    if (!this.clientWidth || !this.clientHeight) return;
    this.instance ??= init(this.place, null, { renderer: "svg" });
    const { fontFamily: font, direction, fontSize } = getComputedStyle(this);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const given = { font, size: parseFloat(fontSize), isBackwards: direction === "rtl", isCalm };
    this.instance.setOption(options(JSON.parse(this.dataset.chart), given), { replaceMerge: ["series"] });
    this.frame();
  }

  fit() {
    if (!this.instance) return this.draw();
    if (!this.clientWidth || !this.clientHeight) return;
    this.instance.resize({ animation: { duration: 0 } });
    this.frame();
  }

  /** On paper the drawing is as wide as the paper leaves it. */
  frame() {
    this.shadowRoot.querySelector("svg")?.setAttribute("viewBox", `0 0 ${this.clientWidth} ${this.clientHeight}`);
  }
}

customElements.define("juara-chart", Chart);

/** A shop's page made with Vue, which shows the stars of one product, then of another. */
import { createApp, h, ref } from "vue";
import { load } from "../../../package/index.js";
import { TrustStars } from "../../../package/vue.js";

const app = document.querySelector("#app");
const sku = ref("BT-1001");
const count = ref("");
const onTrustData = ({ detail }) => {
  count.value = detail.count;
};
const next = () => {
  count.value = "";
  sku.value = "BT-1002";
};

load(app.dataset);
createApp(() =>
  h("section", [
    h(TrustStars, { sku: sku.value, "hide-empty": "", onTrustData }, () => "Loading"),
    h("output", String(count.value)),
    h("button", { onClick: next }, "Next"),
  ]),
).mount(app);

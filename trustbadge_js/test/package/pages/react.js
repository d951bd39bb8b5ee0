/** A shop's page made with React, which shows the stars of one product, then of another. */
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { load } from "../../../package/index.js";
import { TrustStars } from "../../../package/react.js";

const app = document.querySelector("#app");

const Product = () => {
  const [sku, setSku] = useState("BT-1001");
  const [count, setCount] = useState("");
  useEffect(() => load(app.dataset), []);
  const onTrustData = ({ detail }) => setCount(detail.count);
  const next = () => {
    setCount("");
    setSku("BT-1002");
  };
  return createElement(
    "section",
    {},
    createElement(TrustStars, { sku, hideEmpty: true, onTrustData }, "Loading"),
    createElement("output", {}, count),
    createElement("button", { onClick: next }, "Next"),
  );
};

createRoot(app).render(createElement(Product));

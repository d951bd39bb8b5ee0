/** The order as the confirmation page prints it (embed.md 4.1); values stay as they are found. */

export type Wish = "review" | "protection";

type Product = Record<string, string>;

export interface Order {
  orderNumber: string;
  email: string;
  amount?: string;
  currency?: string;
  paymentType?: string;
  deliveryDate?: string;
  products?: Product[];
  signature?: string;
}

/** By the ending of an id or class: what the server calls it. */
const ORDER = {
  OrderNr: "orderNumber",
  BuyerEmail: "email",
  OrderAmount: "amount",
  OrderCurrency: "currency",
  OrderPaymentType: "paymentType",
  OrderEstDeliveryDate: "deliveryDate",
};
const PRODUCT = {
  ProductUrl: "url",
  ProductImageUrl: "imageUrl",
  ProductName: "name",
  ProductSKU: "sku",
  ProductGTIN: "gtin",
  ProductMPN: "mpn",
  ProductBrand: "brand",
};

/** What stands in `parent`, trimmed; nothing is taken that the contract does not name. */
const printed = (parent: ParentNode, sign: string, names: Record<string, string>): Product => {
  const found: Product = {};
  for (const [ending, name] of Object.entries(names)) {
    const text = parent.querySelector(`${sign}tsCheckout${ending}`)?.textContent;
    const value = text?.replace(/\s+/g, " ").trim();
    if (value) found[name] = value;
  }
  return found;
};

/** The order, or null while its number or the buyer's address is missing. */
export const orderIn = (element: HTMLElement): Order | null => {
  const order = printed(element, "#", ORDER) as unknown as Order;
  if (!order.orderNumber || !order.email) return null;
  const items = [...element.querySelectorAll(".tsCheckoutProductItem")];
  const products = items
    .map((item) => printed(item, ".", PRODUCT))
    .filter(({ sku, name }) => sku && name);
  if (products.length) order.products = products;
  const signature = element.dataset.signature?.trim();
  if (signature) order.signature = signature;
  return order;
};

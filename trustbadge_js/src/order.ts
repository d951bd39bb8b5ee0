/** The chunk order.js: the card of an order, in the style that card.js has put on. */

export { follow } from "./card/offers";

/** What <trust-reviews> asks for (schemas/reviews.py, schemas/stickers.py). */

import type { Grade } from "../lists/grades";

export interface Image {
  url: string;
  alt?: string;
  width: number;
  height: number;
}

export interface Review {
  id: string;
  stars: number;
  title?: string;
  comment?: string;
  language?: string;
  author?: { name: string };
  publishedAt: string;
  experiencedOn?: string;
  editedAt?: string;
  level: 0 | 1 | 2 | 3 | 4;
  verified: boolean;
  counted: boolean;
  notCounted?: string;
  incentivised: boolean;
  importedFrom?: string;
  images?: Image[];
  reply?: { text: string; createdAt: string };
}

interface Answer {
  shop: { name: string; language: string };
  operatedBySeller: boolean;
  grade: Grade;
  reviews: Review[];
}

export interface Sticker extends Answer {
  selection: { statement: string };
}

export interface ReviewPage extends Answer {
  product: { name: string };
  cursors: { after?: string };
}

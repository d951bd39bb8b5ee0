/** What the card asks for when somebody wants to see it (schemas/grades.py, stickers.py). */

export interface GradeAnswer {
  distribution?: Record<string, number>;
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
  verified: boolean;
}

export interface Sticker {
  selection: { statement: string };
  reviews: Review[];
}

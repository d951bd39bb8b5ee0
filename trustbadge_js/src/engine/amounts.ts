/** Amounts as checkout templates print them (embed.md 4.2); the server reads them by itself. */

/** The number in `text`: the last separator before one or two digits is the decimal one. */
export const amountIn = (text: string): number | null => {
  const plain = text.replace(/[^\d.,]/g, "");
  const [, whole = "", cents = ""] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(plain)!;
  const digits = whole.replace(/\D/g, "");
  return digits + cents ? Number(`${digits || 0}.${cents || 0}`) : null;
};

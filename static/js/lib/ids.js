const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A fresh identifier in the server's own form: 48 bits of milliseconds, then 80 random ones, in base 32. */
export function newId() {
  const random = crypto.getRandomValues(new Uint8Array(10));
  let number = BigInt(Date.now());
  for (const byte of random) number = (number << 8n) | BigInt(byte);
  let text = "";
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((number >> shift) & 31n)];
  return text;
}

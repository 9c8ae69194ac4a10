const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 128 random bits as 22 characters. crypto.randomUUID is missing on plain http in a LAN, getRandomValues is not. */
export function requestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(22));
  let id = "";
  for (const byte of bytes) id += alphabet[byte & 63];
  return id;
}

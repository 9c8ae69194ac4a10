/**
 * How the address of a picture is shown: files and playlists by the browser itself, anything else as the page of a player
 * in a frame. A frame of our own origin could take the place of this page, so there is none.
 */
export function kindOfSource(source: string, own: string): "video" | "frame" | "none" {
  let address: URL;
  try {
    address = new URL(source);
  } catch {
    return "none";
  }
  if (address.protocol !== "https:" && address.protocol !== "http:") return "none";
  if (/\.(mp4|m4v|webm|mov|ogv|m3u8)$/i.test(address.pathname)) return "video";
  return address.origin === own ? "none" : "frame";
}

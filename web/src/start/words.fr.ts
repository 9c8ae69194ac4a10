import type { Words } from "./words.en";

export const fr: Words = {
  serverAway: "Le serveur ne répond pas",
  plain: "Un direct s’ouvre par son propre lien. Demandez-le à votre hôte.",
  here: (version) => `${version}, sur cette machine`,
  noRoomsHere: "Faites la première sur la page de l’hôte. Son lien est dans le terminal où tourne Ovation, sous « all rooms ».",
  hostPage: "Vers la page de l’hôte",
  open: "Ouvrir",
  network: "Sur votre réseau",
  pointPhone: "Visez le code avec un téléphone, ou ouvrez",
  toHost: "Pour animer et modérer",
  toHostText: "Ces liens permettent d’agir : ils ne sont que dans le terminal où tourne Ovation, sous host, moderator, overlay et all rooms.",
  lanText: "D’autres sur votre réseau peuvent regarder aussi. Lancez",
};
